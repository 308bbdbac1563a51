"""Forms and submissions as they are sent."""

from actions.weigh_submission import Weighed
from api.form_shapes import (
    ConsentBox,
    ConsentRead,
    FormShown,
    NeedShown,
    Preview,
    StepShown,
    SubmissionShown,
)
from leads.form import FormDefinition, Reading, Submission, Trust
from leads.form_needs import missing, too_early


def hook_url(form: FormDefinition, public_url: str) -> str:
    """Where the form sends to."""
    return f"{public_url.rstrip('/')}/hooks/{form.provider.value}/{form.token}"


def form_shown(form: FormDefinition, public_url: str) -> FormShown:
    """A form without its secrets."""
    return FormShown(
        id=form.id,
        provider=form.provider.value,
        name=form.name,
        source=form.source,
        context=form.context,
        campaign=form.campaign,
        field_map=dict(form.field_map),
        consent_map={n: ConsentBox(r.purpose, r.text, r.text_version) for n, r in form.consent_map.items()},
        fixed=dict(form.fixed),
        honeypot=form.honeypot,
        active=form.active,
        hook_url=hook_url(form, public_url),
        token=form.token,
        secrets=len(form.secrets),
        has_access_token=form.access_token is not None,
        created_at=form.created_at,
        updated_at=form.updated_at,
    )


def submission_shown(submission: Submission) -> SubmissionShown:
    """What became of a submission."""
    return SubmissionShown(
        id=submission.id,
        form_id=submission.form_id,
        verdict=submission.verdict.value,
        reason=submission.reason,
        lead_id=submission.lead_id,
        trust=submission.trust.value,
        repeats=submission.repeats,
        attempts=submission.attempts,
        received_at=submission.received_at,
        worked_at=submission.worked_at,
    )


def preview_of(form: FormDefinition, reading: Reading, weighed: Weighed, trust: Trust) -> Preview:
    """What a reading is captured as, and what it lacks."""
    told, meant = weighed.capture, weighed.meant
    if reading.fetch is not None:
        weighed = Weighed(weighed.verdict, meant, "The answers are still with the provider and are fetched afterwards.")
    person = {
        "email": told.email if told else None,
        "phone": told.phone if told else None,
        "name": meant.name,
        "title": meant.text("title"),
        "country": told.country if told else None,
        "language": told.language if told else None,
    }
    kept_as = "claim" if trust is Trust.LOW else "grant"
    return Preview(
        verdict="received" if reading.fetch is not None else weighed.verdict.value,
        reason=weighed.reason,
        trust=trust.value,
        person=person,
        company=meant.text("company"),
        context=form.context,
        source=form.source,
        campaign=form.campaign or meant.utm.get("utm_campaign"),
        utm=dict(meant.utm),
        page=meant.page,
        referrer=meant.referrer,
        occurred_at=told.occurred_at if told else reading.occurred_at,
        fields=dict(told.fields if told else meant.fields),
        consents=[ConsentRead(t.purpose, t.text, t.text_version, kept_as) for t in meant.ticks],
        steps=[StepShown(s.field, s.to, s.how.value) for s in meant.steps],
        missing=[NeedShown(need.name, need.why) for need in missing(form.context, meant)],
        too_early=list(too_early(form.context, meant)),
    )
