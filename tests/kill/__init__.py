import pytest

pytest.register_assert_rewrite("kill.runs")
