"""Coordinates (WGS 84, degrees)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.text.commands import Command
from shared.text.refusals import invalid

Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]

# Wider than a latitude, so that swapped coordinates meet the sentence that says so.
_Degrees = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]

# The mainland with Phú Quốc and Côn Đảo, Hoàng Sa and Trường Sa.
SOUTH, NORTH, WEST, EAST = 6.0, 23.5, 102.0, 118.0


class VietnamPoint(Command):
    """A point in Vietnam, islands included; swapped coordinates are the usual mistake, so the error names it."""

    latitude: _Degrees
    longitude: _Degrees

    @model_validator(mode="after")
    def _in_vietnam(self) -> Self:
        if SOUTH <= self.latitude <= NORTH and WEST <= self.longitude <= EAST:
            return self
        if SOUTH <= self.longitude <= NORTH and WEST <= self.latitude <= EAST:
            raise invalid(
                "point_swapped",
                "Vĩ độ và kinh độ bị đổi chỗ; hãy gửi vĩ độ trước (khoảng 16), kinh độ sau (khoảng 107).",
                "Latitude and longitude are swapped; latitude is near 16, longitude near 107.",
            )
        raise invalid(
            "point_outside",
            "Vị trí nằm ngoài Việt Nam; hãy chọn lại trên bản đồ hoặc bỏ trống.",
            "The place lies outside Vietnam; choose it again on the map or leave it out.",
        )
