"""What a Django developer would write by hand with DRF: the signup of the shipped action, and a list of products.

It is written to be fast where a sensible person would: no authentication for a signup, no look-up before an insert that
the database checks anyway, plain dicts for the answer.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction
from django.urls import path
from rest_framework import serializers, viewsets
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from entities.authentication import RequestCredentials
from entities.examples.models import Product
from entities.models import Membership, UserAccount, UserGroup


class SignupSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(min_length=8, trim_whitespace=False)
    passwordConfirm = serializers.CharField(trim_whitespace=False)  # noqa: N815 - the wire's name

    def validate_email(self, value: str) -> str:
        return value.lower()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["password"] != attrs["passwordConfirm"]:
            raise serializers.ValidationError({"password": "The passwords differ."})
        return attrs


class Signup(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        serializer = SignupSerializer(data=request.data.get("attributes"))
        serializer.is_valid(raise_exception=True)
        try:
            rows = insert(serializer.validated_data)
        except IntegrityError:
            return Response({"email": "This e-mail is taken."}, status=409)
        answer = [entry(row._meta.db_table, public(row)) for row in rows]
        notify = {"type": "success", "title": "Success", "message": "Signup Successful"}
        redirect = {"location": "/auth/signin", "window": "self"}
        return Response([*answer, entry("client.notify", notify), entry("client.redirect", redirect)])


@transaction.atomic
def insert(data: dict[str, Any]) -> tuple[models.Model, ...]:
    user = UserAccount(name=data["name"], email=data["email"], confirmed=False)
    user.set_password(data["password"])
    user.user_account_id = user.pk
    user.save()
    group = UserGroup.objects.create(name=f"Home group for {user.name}", user_account=user)
    return user, group, Membership.objects.create(user=user, usergroup=group)


def public(row: models.Model) -> dict[str, Any]:
    hidden = ("password", "last_login", "is_superuser")
    names = [field.attname for field in row._meta.concrete_fields if field.name not in hidden]
    return {"__type": row._meta.db_table, **{name: getattr(row, name) for name in names}}


def entry(response_type: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"ResponseType": response_type, "Attributes": attributes}


class ProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = "__all__"


class Fifty(PageNumberPagination):
    page_size = 50


class Products(viewsets.ModelViewSet[Product]):
    queryset = Product.objects.order_by("reference_id")
    serializer_class = ProductSerializer
    pagination_class = Fifty
    authentication_classes = [RequestCredentials]
    permission_classes = [IsAuthenticated]


urlpatterns = [
    path("action/user_account/signup", Signup.as_view()),
    path("api/product", Products.as_view({"get": "list"})),
]
