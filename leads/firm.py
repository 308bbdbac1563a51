"""What is known of a company beyond its name, and the forms in which it is kept: bands of size, countries as codes."""

from dataclasses import dataclass

from leads.lead import Company
from leads.value import changed

SIZE_BANDS: tuple[tuple[int, str], ...] = (
    (1, "1"),
    (10, "2-10"),
    (50, "11-50"),
    (200, "51-200"),
    (500, "201-500"),
    (1000, "501-1000"),
    (5000, "1001-5000"),
    (10000, "5001-10000"),
)
"""The highest number of employees of each band; the bands that company directories use."""
LARGEST = "10001+"


@dataclass(frozen=True, slots=True)
class Firm:
    """Facts about a company, None where nothing is known. `country` is an ISO 3166 code of two letters."""

    domain: str | None = None
    industry: str | None = None
    employees: int | None = None
    size_band: str | None = None
    country: str | None = None
    region: str | None = None
    revenue_band: str | None = None
    account_type: str | None = None

    @property
    def known(self) -> bool:
        """Whether anything is."""
        return self != _NOTHING


_NOTHING = Firm()


def size_band(employees: int) -> str:
    """The band a number of employees falls into."""
    return next((name for most, name in SIZE_BANDS if employees <= most), LARGEST)


def filled_company(company: Company, firm: Firm) -> Company:
    """The company with blank fields filled; what is known is not overwritten. A number of employees gives the band."""
    employees = company.employees if company.employees is not None else firm.employees
    band = company.size_band or firm.size_band or (size_band(employees) if employees else None)
    return changed(
        company,
        domain=company.domain or firm.domain,
        industry=company.industry or firm.industry,
        employees=employees,
        size_band=band,
        country=company.country or firm.country,
        region=company.region or firm.region,
        revenue_band=company.revenue_band or firm.revenue_band,
        account_type=company.account_type or firm.account_type,
    )


def employees_in(text: str) -> int | None:
    """The number of employees in a text such as `1,200`, `about 40` or `51-200` (the middle of a range).

    None when there is none, or no company could have so many.
    """
    numbers = [_whole(part) for part in _numbers(text)]
    found = [n for n in numbers if n is not None and 0 < n <= 10_000_000]
    if not found:
        return None
    return (found[0] + found[1]) // 2 if len(found) > 1 and found[1] > found[0] else found[0]


def _numbers(text: str) -> list[str]:
    cleaned = "".join(c if c.isdigit() or c in ",.'" else " " for c in text.replace("\u00a0", "").replace("k", "000"))
    return cleaned.split()


def _whole(text: str) -> int | None:
    """A number with or without signs between its thousands; a fraction of one or two digits is dropped."""
    parts = text.replace("'", ",").replace(".", ",").strip(",").split(",")
    if len(parts) > 1 and len(parts[-1]) in {1, 2}:
        parts = parts[:-1]
    digits = "".join(parts)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None
