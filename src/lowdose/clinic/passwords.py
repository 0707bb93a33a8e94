"""What a password must be, beside what Django asks for itself."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lowdose.clinic.models import User

__all__ = ["LongestPassword"]


class LongestPassword:
    """No longer than anybody types: hashing a text of megabytes would be work for nothing."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002
        """Raises ValidationError for a longer one."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """The rule, as the form shows it."""
        return _("Your password can have at most %(n)s characters.") % {"n": self.max_length}
