"""Notes, and messages the look-alike would have sent."""

from django.db import models

from apps.sandbox.models.people import Customer


class Note(models.Model):
    """A remark of the staff on a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    description = models.TextField()
    added_at = models.DateTimeField()
    till_code = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "sandbox"


class Message(models.Model):
    """A text or e-mail the look-alike would have sent; nothing ever leaves this machine."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=10)
    to = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "sandbox"
