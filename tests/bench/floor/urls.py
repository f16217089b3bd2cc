"""The same acts as the product, with nothing around them."""

import orjson
from django.contrib.auth import authenticate, login
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tests.bench.floor.models import Product

PAGE = 50


def products(request):
    rows = Product.objects.filter(state="live").select_related("brand", "category")
    return render(request, "list.html", {"rows": rows.order_by("name", "id")[:PAGE]})


def product(request, pk):
    row = get_object_or_404(Product.objects.select_related("brand", "category"), pk=pk)
    return render(request, "detail.html", {"row": row})


@csrf_exempt
def move(request, pk):
    Product.objects.filter(pk=pk).update(position=F("position") + 1)
    return HttpResponse(status=204)


def api(request):
    count = min(int(request.GET.get("limit", PAGE)), 1_000)
    rows = Product.objects.filter(state="live").order_by("name", "id")
    found = rows.values("id", "name", "handle", "state", "price", "brand__name", "category__name")
    data = orjson.dumps({"results": list(found[:count])}, default=str)
    return HttpResponse(data, content_type="application/json")


@csrf_exempt
def enter(request):
    user = authenticate(
        request, username=request.POST["username"], password=request.POST["password"]
    )
    login(request, user)
    return HttpResponse(status=204)


urlpatterns = [
    path("products", products),
    path("products/<int:pk>", product),
    path("products/<int:pk>/move", move),
    path("api", api),
    path("login", enter),
]
