"""Customers, their profiles per source, their identifiers and cards."""

from decimal import Decimal

from django.db import models

from apps.sandbox.fields import ThousandthsField


class Customer(models.Model):
    """One person; everything about a source hangs on a Profile. merged_into names the survivor."""

    id = models.BigIntegerField(primary_key=True)
    gender = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    loyalty_type = models.CharField(max_length=20, default="loyalty")
    status = models.CharField(max_length=20, default="ACTIVE")
    fraud_status = models.CharField(max_length=20, default="NOT_FRAUD")
    fraud_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="victims")
    registered_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    store_code = models.CharField(max_length=40)
    referral_code = models.CharField(max_length=20, db_index=True)
    lifetime_purchases = ThousandthsField(default=Decimal(0))
    extended_fields = models.JSONField(default=dict)
    subscriptions = models.JSONField(default=list)

    class Meta:
        app_label = "sandbox"


class Profile(models.Model):
    """A customer in one source account; the keys are the casefolded names that search looks through."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="profiles")
    source = models.CharField(max_length=20)
    account_id = models.CharField(max_length=40, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    first_key = models.CharField(max_length=80, blank=True, db_index=True)
    last_key = models.CharField(max_length=80, blank=True, db_index=True)
    fields = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    till_code = models.CharField(max_length=40)

    class Meta:
        app_label = "sandbox"


class Identifier(models.Model):
    """One identifier of one profile; key is the comparable form (casefolded, digits only for mobiles)."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identifiers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    source = models.CharField(max_length=20)
    account_id = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    key = models.CharField(max_length=200, db_index=True)
    primary = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)

    class Meta:
        app_label = "sandbox"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "source", "account_id"],
                name="identifier_is_one_customers_in_its_source",
            )
        ]


class Card(models.Model):
    """A loyalty card; its number and external id are also identifiers of the INSTORE profile."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="cards")
    number = models.CharField(max_length=40)
    external_id = models.CharField(max_length=40, blank=True)
    series_id = models.IntegerField(default=1)
    status = models.CharField(max_length=20, default="ACTIVE")
    label = models.CharField(max_length=40, default="ACTIVE")
    issued_at = models.DateTimeField()

    class Meta:
        app_label = "sandbox"


class StatusChange(models.Model):
    """A step in the life of a customer's status; the newest one is the active one."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="status_changes")
    status = models.CharField(max_length=20)
    label = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=80, default="Console Admin")
    at = models.DateTimeField()

    class Meta:
        app_label = "sandbox"
