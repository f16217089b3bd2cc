"""Two at once: one acts while the transaction of the other is still open."""

import threading

from django.db import connection, transaction


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else the first look stays for good
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def during(act, other):
    """Run `act` in its own thread while `other`'s transaction is open, until both clash."""
    answers = []

    def run():
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        other()
        thread.start()
        for _ in range(200):
            thread.join(0.05)
            if waiting_for_a_lock() or not thread.is_alive():
                break
    thread.join(10)
    return answers[0]
