"""Content titles of DCPs: real ones, spoiled ones, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.programme.dcp_titles import FIELDS, parse_title, version_of
from cinemactl.programme.versions import Version

WHOLE = "PitchPerfect3_FTR-7-DVis_F_EN-XX-CCAP_US-13-CA_ATMOS-71-HI-VI_2K_UP_20171103_DLB_SMPTE_OV"

VERSIONS = {
    WHOLE: Version("2D", "en", None, "closed"),
    "ThankYouService_FTR-4_S_EN-LAS_US-R_51-EN-HI-VI-CCAP_2K_UP_20171013_DTB_SMPTE_VF": Version(
        "2D", "en", "es-419", "closed"
    ),
    "Ferdinand_FTR-3D-4FL_S_EN-qbp-QBP-CCAP_BR_ATMOS-VI-SL-DBOX_2K_TCF_20171211_DTB_SMPTE_OV ": Version(
        "3D", "en", "pt-BR", "closed"
    ),
    "Cars3_FTR-25-3D-14fl_S_EN-EN-OCAP_US-G_71-HI-VI-Atmos-Dbox_2K_DI_20170605_DTB_SMPTE-3D_OV": Version(
        "3D", "en", None, "open"
    ),
    "GuardiansGala2_FTR-1-2D_S_EN-FR-AR_LB_71-Dbox_2K_DI_20170411_DTU_IOP_VF": Version("2D", "en", "fr"),
    "BadTimesElRoyale_FTR-A_S_EN-EN-CCAP_OV_71-HI-VI_2K_TCF_20181003_TCF_SMPTE ": Version("2D", "en", None, "closed"),
    "Hobbit_FTR-12-3D-48_S_DE-XX_DE-12_51_2K_WB_20121203_DLX_IOP-3D_OV": Version("HFR 3D", "de"),
    "MOVIE-TITLE_FTR-2_F_gsw-FR-IT_CH_51_2K_ST_20070115_FAC_OV": Version("2D", "gsw", "fr"),
    "Heat": Version(),
    "": Version(),
}


@pytest.mark.parametrize(("title", "version"), VERSIONS.items())
def test_the_version_of_a_real_title(title, version):
    assert version_of(title) == version


def test_each_field_says_what_it_is_and_how_sure_that_is():
    read = parse_title(WHOLE)
    assert [field.name for field in read.fields] == list(FIELDS)
    assert [field.text for field in read.fields] == WHOLE.split("_")
    assert all(field.confidence >= 0.9 for field in read.fields)
    assert (read.movie, read.left_over) == ("Pitch Perfect 3", ())
    assert read.says("content_type") == {
        "type": "FTR",
        "name": "feature",
        "version": "7",
        "grading": "Dolby Vision",
    }
    assert read.says("territory") == {"territories": ["US", "CA"], "rating": "13"}
    assert read.says("audio")["channels"] == "7.1"
    assert read.says("date") == {"date": "2017-11-03"}


@pytest.mark.parametrize("gone", range(1, 12))
def test_a_field_that_is_missing_moves_no_other(gone):
    parts = WHOLE.split("_")
    read = parse_title("_".join(parts[:gone] + parts[gone + 1 :]))
    # Letters of two makers look alike: which of them is gone nobody can tell but by the date between them.
    assert [field.text for field in read.fields] == [*parts[:gone], None, *parts[gone + 1 :]]
    assert read.fields[gone].confidence == 0


def test_what_is_left_empty_split_or_unknown_is_told():
    null = parse_title(WHOLE.replace("US-13-CA", "NULL").replace("_UP_", "_NULL_"))
    assert (null.fields[4].text, null.fields[4].confidence) == (None, 1)
    assert null.says("language")["audio"] == "en"
    split = parse_title(f"Pitch_Perfect_3_{WHOLE.split('_', 1)[1]}")
    assert (split.movie, split.fields[1].text) == ("Pitch Perfect 3", "FTR-7-DVis")
    assert split.fields[0].confidence < 0.9
    strange = parse_title(WHOLE.replace("_2K_", "_2K_what?_"))
    assert strange.left_over == ("what?",)
    assert strange.fields[-1].text == "OV"


@given(st.text(alphabet=st.sampled_from("_-AFS2DKEN3 é\x00\u202e"), max_size=200) | st.text(max_size=200))
def test_no_text_is_refused(text):
    read = parse_title(text)
    assert len(read.fields) == len(FIELDS)
    assert all(0 <= field.confidence <= 1 for field in read.fields)
    assert isinstance(version_of(text), Version)
