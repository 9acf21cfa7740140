"""Ids that people choose and that the audit, logs and addresses then show: never the number of a person."""

from typing import Annotated

from pydantic import AfterValidator

from shared.identity.masking import mask_text
from shared.text import Slug, invalid


def names_nobody(text: str) -> str:
    """The same text.

    Raises:
        PydanticCustomError: it looks like a person's number.
    """
    if mask_text(text) != text:
        raise invalid(
            "id_like_number",
            "Mã định danh không được giống số điện thoại, giấy tờ hay biển số. Hãy dùng tên, ví dụ tran-thi-hoa.",
            "An identifier cannot look like a phone, document or plate number. Use a name, such as tran-thi-hoa.",
        )
    return text


ChosenId = Annotated[Slug, AfterValidator(names_nobody)]
