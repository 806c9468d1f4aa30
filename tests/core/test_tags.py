"""The template tags: icons, badges, masked values, times, and one way to draw any field."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import strip_tags

from apps.core.badges import BADGES, badge_named
from apps.core.templatetags import console
from console.vendor import ICON_NAMES

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def render(source, **context):
    return Template(source).render(Context(context))


def words(html):
    return " ".join(strip_tags(html).split())


class Contact(forms.Form):
    text = forms.CharField(label="Note", help_text="Others read this.", widget=forms.Textarea)
    mobile = forms.CharField(
        label="Mobile", required=False, widget=forms.TextInput(attrs={"class": "lc-input--num"})
    )
    source = forms.ChoiceField(label="Source", choices=[("INSTORE", "INSTORE")])
    urgent = forms.BooleanField(label="First", required=False)
    channel = forms.ChoiceField(
        label="Heard by", choices=[("a", "Phone"), ("b", "Mail")], widget=forms.RadioSelect
    )
    tags = forms.MultipleChoiceField(
        label="About",
        choices=[("x", "Bill"), ("y", "Parcel")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput)


def test_an_icon_is_decoration_unless_it_has_a_name():
    plain = render('{% icon "search" %}')
    assert 'aria-hidden="true"' in plain
    assert "M21 21l-6 -6" in plain
    assert "M0 0h24v24H0z" not in plain
    named = render('{% icon "alert-triangle" "s" words %}', words='"failed" <b>')
    assert 'role="img" aria-label="&quot;failed&quot; &lt;b&gt;"' in named
    assert 'class="icon icon-s"' in named
    assert "aria-hidden" not in named


@pytest.mark.parametrize("name", ["no-such-icon", "../panel", ""])
def test_an_unknown_icon_is_named(name):
    with pytest.raises(LookupError, match="no icon"):
        console.icon(name)


def test_every_icon_a_template_or_badge_names_is_there():
    named = {badge.icon for badge in BADGES.values()}
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        named |= set(re.findall(r'\{% icon "([^"]+)"', text)) | set(re.findall(r'icon="([^"]+)"', text))
    assert named
    assert named <= set(ICON_NAMES)


def test_badges_have_their_fixed_word_icon_and_tone():
    html = render('{% badge "unknown" %}')
    assert words(html) == "Not known yet"
    assert "lc-badge--wait" in html
    assert "<svg" in html
    since = timezone.now() - timedelta(minutes=98)
    assert words(render('{% badge "waiting" since=at %}', at=since)) == "Waiting 1 h 38 min"
    assert words(render('{% badge "code_passed" note="11 min left" %}')) == "Code passed · 11 min left"


def test_violet_means_not_known_yet_and_nothing_else():
    assert [name for name, badge in BADGES.items() if badge.tone == "wait"] == ["unknown"]


def test_an_unknown_badge_is_named():
    with pytest.raises(LookupError, match="excellent"):
        badge_named("excellent")


def test_a_label_shows_a_word_from_outside_as_text():
    html = render('{% label tier icon="star" tone="gold" %}', tier="<i>Gold")
    assert "&lt;i&gt;Gold" in html
    assert "lc-badge--gold" in html


def test_a_masked_value_never_holds_the_full_one():
    html = render('{% masked "mobile" value %}', value="+44 7700 900417")
    assert words(html) == "•••••• 0417"
    assert "7700" not in html
    assert words(render('{% masked "mobile" value %}', value=None)) == "–"


def test_a_revealed_value_knows_how_to_hide_again():
    template = '{% include "components/masked.html" with id="m" kind="mobile" value=full shown=full %}'
    html = render(template, full="+44 7700 900417")
    assert 'data-shown-for="60"' in html
    assert 'data-then="•••••• 0417"' in html


def test_a_masked_value_offers_reveal_only_with_an_address():
    template = (
        '{% include "components/masked.html" with kind="mobile" value=full label="mobile" reveal_url=url %}'
    )
    without = render(template, full="+44 7700 900417", url="")
    assert "Reveal" not in without
    offered = render(template, full="+44 7700 900417", url="/reveal/")
    assert 'href="/reveal/"' in offered
    assert words(offered) == "•••••• 0417 Reveal mobile"
    assert "7700" not in offered


def test_times_carry_the_exact_moment():
    at = timezone.now() - timedelta(seconds=8)
    html = render("{% age at %}", at=at)
    assert re.fullmatch(r"[89] s ago", words(html))
    assert f'datetime="{at.isoformat(timespec="seconds")}"' in html
    assert 'data-age="ago"' in html
    assert words(render('{% age at "old" %}', at=at)).endswith("s old")
    assert "data-age" not in render("{{ at|moment }}", at=at)
    assert render("{% age at %}", at=None) == "–"


def test_number_filters_are_there():
    assert render('{{ 4820|points }} {{ 4820|number }} {{ 5|signed }} {{ "7"|money:"INR" }}') == (
        "4,820 points 4,820 +5 7.00 INR"
    )


@pytest.mark.parametrize(
    ("name", "shown"), [("Asha Verma", "AV"), ("Mei Lin Tan", "MT"), ("Bo", "B"), ("", "")]
)
def test_initials_are_first_and_last(name, shown):
    assert console.initials(name) == shown


def test_a_field_ties_label_help_and_error_together():
    html = render("{% field form.text %}", form=Contact({}))
    assert '<label for="id_text">Note</label>' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_text_helptext">Others read this.' in html
    assert re.search(r'id="id_text_error" role="alert"', html)
    assert "Fill this in." in html


def test_a_field_without_fault_says_nothing_of_one():
    html = render("{% field form.text %}", form=Contact())
    assert "aria-invalid" not in html
    assert "role=" not in html
    assert 'aria-describedby="id_text_helptext"' in html


def test_optional_is_marked_and_required_is_not():
    assert words(render("{% field form.mobile %}", form=Contact())) == "Mobile optional"
    assert words(render("{% field form.mobile optional=False %}", form=Contact())) == "Mobile"
    assert "optional" not in render("{% field form.urgent %}", form=Contact())


def test_each_kind_of_control_gets_its_own_dress():
    form = Contact()
    assert 'class="lc-input lc-input--num"' in render("{% field form.mobile %}", form=form)
    assert '<span class="lc-select"><select' in render("{% field form.source %}", form=form)
    assert '<label class="lc-check" for="id_urgent"><input type="checkbox"' in render(
        "{% field form.urgent %}", form=form
    )
    for name in ("channel", "tags"):
        html = render(f"{{% field form.{name} %}}", form=form)
        assert "<fieldset" in html
        assert "<legend>" in html
        assert html.count("<input") == 2
    assert "<label" not in render("{% field form.back %}", form=form)


def test_a_group_of_choices_carries_its_error():
    html = render("{% field form.channel %}", form=Contact({}))
    assert 'aria-describedby="id_channel_error"' in html
    assert 'id="id_channel_error" role="alert"' in html


def test_further_attributes_reach_the_control():
    html = render('{% field form.mobile placeholder="Number" hx_get="/x" %}', form=Contact())
    assert 'placeholder="Number"' in html
    assert 'hx-get="/x"' in html


@pytest.mark.parametrize(
    ("cookie", "context", "shown"),
    [
        ("", {}, "auto"),
        ("dark", {}, "dark"),
        ("<script>", {}, "auto"),
        ("dark", {"account": object(), "theme": "light"}, "light"),
        ("dark", {"account": None, "theme": "auto"}, "dark"),
    ],
)
def test_the_look_is_the_persons_then_the_browsers(cookie, context, shown):
    request = RequestFactory().get("/")
    request.COOKIES["lc_theme"] = cookie
    assert render("{% look %}", request=request, **context) == shown


def test_the_reference_is_there_without_a_request(reference):
    assert render("{% reference_now %}") == reference


def test_no_template_holds_what_the_content_security_policy_refuses():
    refused = re.compile(
        r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)|hx-on|data:image""", re.I
    )
    found = {
        template.name: refused.findall(template.read_text(encoding="utf-8"))
        for template in TEMPLATES.rglob("*.html")
        if "sandbox" not in template.parts
    }
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_component_says_what_it_needs():
    silent = [
        path.name
        for path in (TEMPLATES / "components").glob("*.html")
        if not re.match(r"\{#|\{% comment %\}", path.read_text(encoding="utf-8"))
    ]
    assert silent == []
