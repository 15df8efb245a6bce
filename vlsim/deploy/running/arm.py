"""The one door to the arm: every setpoint, the loop's and the watchdog's, goes through it."""

import threading
from collections.abc import Mapping
from typing import Any

from vlsim.deploy.running.clock import Clock
from vlsim.deploy.running.safety_filter import Command, Decision, SafetyFilter
from vlsim.errors import RobotError
from vlsim.robots.driver import HasDeadMan, Robot
from vlsim.robots.wiring import Wiring

HOLDS_AFTER, STOPS_AFTER = 1.5, 2.25
"""Periods of silence after which the arm brakes, and after which it is stopped for good.

The watchdog looks four times a period, so that it stops within 2.5 periods of the last command,
which leaves half a period for the operating system to be late.
"""
MOST_SETTLING = 300
"""Periods that an arm may take to brake."""


class Arm:
    """Filters commands and sends what is left of them; safe to use from two threads.

    Args:
        robot: What moves.
        wiring: How its features are called.
        safety: What is allowed.
        clock: Time.
        period: Seconds between two commands.
        by_joints: Whether targets are joints, not poses of the hand.
        moves: Whether anything is sent. Without, everything else is as if it were: a dry run.
    """

    def __init__(
        self,
        robot: Robot,
        wiring: Wiring,
        safety: SafetyFilter,
        clock: Clock,
        period: float,
        *,
        by_joints: bool = False,
        moves: bool = False,
    ) -> None:
        """Send nothing yet."""
        self.safety, self.moves = safety, moves
        self._robot, self._wiring, self._by_joints = robot, wiring, by_joints
        self._dead_man = robot if isinstance(robot, HasDeadMan) else None
        self._clock, self._period = clock, period
        self._lock = threading.Lock()
        self._commanded = self._sent = clock.now()
        self.last_sent: Mapping[str, Any] = {}
        """What the robot says was sent last; nothing in a dry run."""

    def command(self, command: Command) -> Decision:
        """Filter a command and send the result.

        Raises:
            RobotError: If the robot's own code fails.
        """
        is_enabled = self._dead_man is None or self._dead_man.is_dead_man_held
        with self._lock:
            decision = self.safety.filter(self._clock.now(), command, is_enabled=is_enabled)
            self._commanded = self._clock.now()
            self._send(decision)
        return decision

    def expect(self) -> None:
        """Expect a command in every period from now on."""
        with self._lock:
            self._commanded = self._clock.now()

    def hold(self, reason: str) -> Decision:
        """Brake for a period, on purpose: silence is something else."""
        with self._lock:
            self._commanded = self._clock.now()
            self.safety.is_over(self._commanded)
            decision = self.safety.hold(reason)
            self._send(decision)
        return decision

    def watch(self) -> None:
        """Brake if no command has come for too long, then stop: what the watchdog does."""
        with self._lock:
            now = self._clock.now()
            silence = (now - self._commanded) / self._period
            if silence >= STOPS_AFTER and not self.safety.stopped:
                self.safety.stop(f"no command for {silence:.1f} periods")
            if silence >= HOLDS_AFTER and now - self._sent >= 0.99 * self._period:
                self._send(self.safety.hold("watchdog"))

    def settle(self) -> None:
        """Brake until the arm stands; it takes as long as the acceleration allows."""
        for _ in range(MOST_SETTLING):
            if self.safety.is_still:
                return
            self.hold("settling")
            self._clock.sleep_until(self._clock.now() + self._period)

    def _send(self, decision: Decision) -> None:
        self._sent = self._clock.now()
        if not self.moves:
            return
        action = self._wiring.action(decision.setpoint.tolist(), by_joints=self._by_joints)
        try:
            self.last_sent = self._robot.send_action(action)
        except Exception as error:
            self.safety.stop(f"the robot failed: {error!r:.200}")
            raise RobotError(
                f"The robot '{self._robot.name}' failed at send_action: {error!r:.200}."
            ) from error


class Watchdog:
    """A thread that watches an arm, four times a period, while its `with` block runs."""

    def __init__(self, arm: Arm, period: float) -> None:
        """Wait for the block."""
        self._arm, self._period = arm, period
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def __enter__(self) -> "Watchdog":
        """Begin to watch."""
        self._arm.expect()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._period / 4):
            try:
                self._arm.watch()
            except RobotError:
                # The stop is latched, and the loop meets the same error.
                return
