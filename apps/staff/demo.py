"""The invented people and stores of the sandbox, and the one password they share there."""

from dataclasses import dataclass

PASSWORD = "sandbox-demo-2026"  # noqa: S105 - printed at every start; refused where customers are real


@dataclass(frozen=True)
class DemoStore:
    code: str
    name: str
    till_code: str
    external_id: str = ""


@dataclass(frozen=True)
class DemoPerson:
    """store_code is empty for a role held in all stores;  mobile  reserved numbers, no customer's of the sandbox."""

    email: str
    name: str
    role: str
    description: str
    store_code: str = ""
    mobile: str = ""


STORES = (
    DemoStore("CC", "Contact Centre", "till.cc.01", "MT-CC"),
    DemoStore("012", "Store 12", "till.012.01", "MT-012"),
    DemoStore("007", "Store 07", "till.007.01", "MT-007"),
)

PEOPLE = (
    DemoPerson(
        "asha.verma@example.com", "Asha Verma", "agent", "agent, Contact Centre", "CC", "+91 55599 90001"
    ),
    DemoPerson(
        "rohan.mehta@example.com",
        "Rohan Mehta",
        "store_manager",
        "store manager, Store 12",
        "012",
        "+91 55599 90002",
    ),
    DemoPerson(
        "tomas.berg@example.com",
        "Tomas Berg",
        "store_manager",
        "store manager, Store 07",
        "007",
        "+91 55599 90003",
    ),
    DemoPerson(
        "mira.kapoor@example.com",
        "Mira Kapoor",
        "store_manager",
        "store manager, Contact Centre",
        "CC",
        "+91 55599 90004",
    ),
    DemoPerson(
        "jonas.weber@example.com",
        "Jonas Weber",
        "store_manager",
        "store manager, Contact Centre",
        "CC",
        "+91 55599 90005",
    ),
    DemoPerson("lena.fischer@example.com", "Lena Fischer", "auditor", "auditor", mobile="+91 55599 90006"),
    DemoPerson(
        "imran.qureshi@example.com",
        "Imran Qureshi",
        "administrator",
        "administrator",
        mobile="+91 55599 90007",
    ),
    DemoPerson(
        "sara.lindholm@example.com",
        "Sara Lindholm",
        "administrator",
        "administrator, the second person",
        mobile="+91 55599 90008",
    ),
)
