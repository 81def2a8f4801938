"""How much work something is: for promises that hostile input costs no more than its length.

Time is no measure of a test on a busy machine, and the least of several times is nearly one: other programs, collected
garbage and a slow clock only ever add. So each promise is measured again, up to TRIES times, until it is seen to be kept;
work that grows with the square of its input never is.
"""

import gc
import time
from collections.abc import Callable

TRIES = 6


def cpu_seconds(work: Callable[[], object]) -> float:
    """What this thread's processor spends on the work, without collecting the garbage of other tests."""
    collects = gc.isenabled()
    gc.disable()
    started = time.thread_time()
    try:
        work()
        return time.thread_time() - started
    finally:
        if collects:
            gc.enable()


def assert_cheap(work: Callable[[], object], seconds: float = 1) -> None:
    """Fail unless the work costs less than so many seconds; hostile input costs many times as much."""
    least = min_until(lambda least: least < seconds, work)
    assert least < seconds, f"{least:.2f} s of a processor"


def assert_in_proportion(work: Callable[[int], object], length: int, *, times: int = 5) -> None:
    """Fail if input that is so many times as long costs more than twice as many times as much: `work` is told a length."""
    short = min(cpu_seconds(lambda: work(length)) for _try in range(2))
    bound = 2 * times * max(short, 0.005)
    least = min_until(lambda least: least < bound, lambda: work(times * length))
    assert least < bound, f"{short:.3f} s for {length:,}, {least:.3f} s for {times * length:,}"


def min_until(is_enough: Callable[[float], bool], work: Callable[[], object]) -> float:
    """The least time of up to TRIES, of no more than are needed."""
    least = float("inf")
    for _try in range(TRIES):
        least = min(least, cpu_seconds(work))
        if is_enough(least):
            break
    return least
