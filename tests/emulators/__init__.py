"""A person on Telegram, against Bot API emulators that others wrote.

`telegram-test-api` (npm) brings updates by polling, `telemelya` (PyPI) by the webhook; `install` gets both. Each stands
behind an adapter for what it leaves out of https://core.telegram.org/bots/api. The journey is the same for both: a
`Person` who writes, presses and reads, over the emulator's own client side (`chat.py` in its folder).
"""

import pytest

pytest.register_assert_rewrite("emulators.person")
