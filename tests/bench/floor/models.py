"""Three tables, with the one index the list needs."""

from django.db import models


class Brand(models.Model):
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    name = models.CharField(max_length=300)
    handle = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    position = models.IntegerField(default=0)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    brand = models.ForeignKey(Brand, models.PROTECT)
    category = models.ForeignKey(Category, models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["state", "name", "id"], name="floor_list")]

    def __str__(self) -> str:
        return self.name
