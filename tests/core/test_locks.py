"""Locks by key: they last as long as a transaction, and there has to be one."""

import pytest
from django.db import connection, transaction

from core.db import lock_keys


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        lock_keys("tests", ["one"])

    with transaction.atomic(), connection.cursor() as cursor:
        lock_keys("tests", ["one", "two", "one"])
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (2,)
