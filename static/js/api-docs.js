// Shows the OpenAPI document; “Try it out” uses the reader's own session and its CSRF token.
const place = document.getElementById("api-docs");
const csrfToken = () =>
  document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/)?.[1] ?? "";

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  requestInterceptor(request) {
    if (!request.headers.Authorization) request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
