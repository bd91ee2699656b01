"""The names of tricks, their settings, and which of them go together."""

from __future__ import annotations

import pytest
from tricks import TRICKS, make_tricks
from tricks.distil import Distil
from tricks.fgm import FGM
from tricks.rdrop import RDrop

from tests.kit.conftest import KIT
from xtreme_tasks.faults import OrganizerFault


class TestNames:
    def test_every_name_makes_its_trick_with_settings(self):
        for name, (_, kind) in TRICKS.items():
            (made,) = make_tricks(name)
            assert type(made).__name__ == kind
        assert make_tricks("rdrop:alpha=4,fgm:epsilon=0.5") == [RDrop(4), FGM(0.5)]
        assert make_tricks("distil:teacher=some/folder") == [Distil("some/folder")]
        assert make_tricks("") == []

    @pytest.mark.parametrize(
        "text",
        [
            *("magic", "rdrop:beta=1", "rdrop:alpha=x", "rdrop:alpha=-1", "focal,smoothing", "fgm:"),
            *("focal:gamma=0.5", "smoothing:share=1.5", "augment:share=2", "distil:weight=1.01", "fold:folds=1"),
            *("distil:temperature=0", "code_switch:share=7", "noisy_labels:most=3", "rdrop:alpha=NaN"),
        ],
    )
    def test_wrong_ones_are_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tricks"):
            make_tricks(text)

    def test_a_number_that_does_not_fit_is_named_with_what_does(self):
        with pytest.raises(OrganizerFault) as caught:
            make_tricks("rdrop,focal:gamma=0.5")
        line = caught.value.line()
        assert line.startswith("E231 tricks focal gamma: ")
        assert line.endswith("(0.5 is not 0, or 1 or more). Let it be 0, or 1 or more.")

    @pytest.mark.parametrize("text", ["rdrop,rdrop", "fgm,augment,fgm:epsilon=0.1", "smoothing,smoothing"])
    def test_twice_the_same_is_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tricks: .*twice"):
            make_tricks(text)

    @pytest.mark.parametrize(
        "text", ["rdrop,code_switch", "rdrop,distil", "distil:weight=0.7,code_switch", "rdrop,code_switch,distil"]
    )
    def test_tricks_that_leave_nothing_of_the_loss_are_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tricks: .*nothing is left.*less weight"):
            make_tricks(text)

    @pytest.mark.parametrize(
        "text", ["rdrop,distil:weight=0.4", "distil:weight=1", "fgm,code_switch,focal", "rdrop,fgm"]
    )
    def test_others_go_together(self, text):
        assert len(make_tricks(text)) == text.count(",") + 1

    def test_every_module_names_its_source(self):
        for module, _ in set(TRICKS.values()):
            assert "arXiv:" in (KIT / "tricks" / f"{module}.py").read_text(), module
