"""The words of the page that technicians work with where there is no signal."""

from .pictures import explain_heic


def get_words(env):
    """Return what the page says, in the language of the user (dict)."""
    return {
        "title": env._("My Work"),
        "today": env._("Today"),
        "tomorrow": env._("Tomorrow"),
        "earlier": env._("Earlier"),
        "later": env._("Later"),
        "no_day": env._("Without a date"),
        "nothing": env._("No visits today and tomorrow."),
        "first": env._(
            "Your visits are fetched as soon as there is signal. Afterwards they are "
            "here without any."
        ),
        "all_sent": env._("Everything is sent"),
        "one_waits": env._("1 not sent yet"),
        "many_wait": env._("{count} not sent yet"),
        "of_others": env._(
            "{count} of {name} are kept here: they are sent when {name} logs in."
        ),
        "no_signal": env._("No signal"),
        "sending": env._("Sending…"),
        "log_in": env._("Log in again"),
        "log_out": env._("Log out"),
        "log_out_sure": env._("Log out? Your visits are taken off this phone."),
        "log_out_unsent": env._(
            "Log out? {count} things that you wrote are not sent: they stay on this "
            "phone, with their visits, until you log in again. All else is taken off."
        ),
        "logged_out": env._("You are logged out. Nothing is lost: log in to send."),
        "no_answer": env._("The server does not answer. It is sent later."),
        "as_of": env._("As of {time}"),
        "send_now": env._("Send now"),
        "call": env._("Call"),
        "map": env._("Map"),
        "back": env._("Back"),
        "open": env._("Open in Odoo"),
        "all_work": env._("All work"),
        "urgent": env._("Urgent"),
        "started": env._("In progress"),
        "to_sign": env._("To sign"),
        "done": env._("Done"),
        "waits": env._("Not sent yet"),
        "held": env._("Waits for what is above it"),
        "refused": env._("Not taken"),
        "gone": env._(
            "This is not among your visits any more: cancelled, done, moved to another "
            "day or given to somebody else. What you wrote is kept here."
        ),
        "again": env._("Try again"),
        "change": env._("Change"),
        "sign_anew": env._("What was signed after it is taken back: both sign anew."),
        "mine": env._("Send mine all the same"),
        "copy": env._("Copy"),
        "copied": env._("Copied"),
        "discard": env._("Throw away"),
        "discard_sure": env._("Throw away what you wrote? It cannot be brought back."),
        "discard_draft": env._("Discard what is not handed in"),
        "photo": env._("Photo"),
        "photo_add": env._("Take or choose photos"),
        "photo_drop": env._("Remove this photo"),
        "photo_heic": explain_heic(env),
        "photo_none": env._("This is no photo. Choose another one."),
        "draw": env._("Sign here with a finger"),
        "draw_again": env._("Sign anew"),
        "missing": env._("Please fill in first: {what}"),
        "number": env._("{label}: write a number."),
        "unusual": env._("Unusual: {what}. Measure again, or say why."),
        "between": env._("{label} is not between {min} and {max}"),
        "above": env._("{label} is above {max}"),
        "not_among": env._("{label} is not {among}"),
        "line_add": env._("Add a line"),
        "line_drop": env._("Remove"),
        "choose": env._("Choose…"),
        "kept": env._("Kept on this phone"),
        "full": env._(
            "The phone cannot keep this: its memory is full. Make room, then try again."
        ),
        "line_later": env._(
            "Without signal the line is let through when this has been sent."
        ),
        "position": env._(
            "If you allow it, how far you are from the address is noted."
        ),
        "shown": env._("What is signed"),
        "other_tab": env._("Close this page in other tabs, then reload."),
    }
