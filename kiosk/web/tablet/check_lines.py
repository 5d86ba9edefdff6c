"""What the self-test looks at, and what each finding means, in words."""

from dataclasses import dataclass

from kiosk.domain.errors import sentence

_NEEDS_HTTPS = sentence(
    "Give the server a certificate, or name its address in the start command of the "
    "kiosk browser."
)


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One thing that a device can or cannot do."""

    name: str
    """What the page's script calls it."""
    title: str
    fine: str
    missing: str
    remedy: str
    section: str
    """Where the help page says more; its anchor."""
    needed: bool = False
    """Whether a screen without it must not be used at a window."""


CHECKS = (
    CheckLine(
        name="browser",
        title=sentence("Browser"),
        fine=sentence("New enough: it understands what this screen is written in."),
        missing=sentence(
            "Too old, or JavaScript is switched off: it cannot take ratings. "
            "The oldest that can is Chromium 87, also inside apps (WebView)."
        ),
        remedy=sentence("Update the browser or the system's WebView."),
        section="browser",
        needed=True,
    ),
    CheckLine(
        name="storage",
        title=sentence("Keeping taps"),
        fine=sentence("A trial entry was written to this device and read back."),
        missing=sentence(
            "This browser keeps nothing, as in a private window. Ratings are sent at "
            "once, and what is tapped off line is lost at power-off."
        ),
        remedy=sentence("Leave the private window, and allow this page to keep data."),
        section="storage",
        needed=True,
    ),
    CheckLine(
        name="secure",
        title=sentence("Secure address"),
        fine=sentence("https, or this machine itself: the browser holds nothing back."),
        missing=sentence(
            "Plain http. Ratings are taken, kept and sent all the same; what this "
            "list shows as missing below is mostly missing because of it."
        ),
        remedy=_NEEDS_HTTPS,
        section="https",
    ),
    CheckLine(
        name="worker",
        title=sentence("Starting without a network"),
        fine=sentence("The page can start again while the network is down."),
        missing=sentence(
            "While the network is down the page must stay open: closed or loaded "
            "again, it comes back with the network only. What was tapped stays safe."
        ),
        remedy=_NEEDS_HTTPS,
        section="https",
    ),
    CheckLine(
        name="persistent",
        title=sentence("Protected storage"),
        fine=sentence("The browser will not clear what it keeps by itself."),
        missing=sentence("A browser short of space may clear what it keeps."),
        remedy=sentence(
            "Keep a gigabyte free; over https, install the page as an app."
        ),
        section="storage",
    ),
    CheckLine(
        name="clock",
        title=sentence("Clock"),
        fine=sentence("It agrees with the server."),
        missing=sentence(
            "It differs from the server's. Ratings are corrected by the difference; "
            "those tapped off line are surer with a right clock."
        ),
        remedy=sentence("Switch on automatic date and time in the system."),
        section="clock",
    ),
    CheckLine(
        name="screen",
        title=sentence("Screen and touch"),
        fine=sentence("Large enough, and it feels fingers."),
        missing=sentence(
            "Smaller than 720 by 1,200 points, or no touch: faces and words come too "
            "close together, or cannot be tapped."
        ),
        remedy=sentence("Set the browser's zoom to normal, or take a larger device."),
        section="screen",
    ),
    CheckLine(
        name="fullscreen",
        title=sentence("Full screen"),
        fine=sentence("The page can fill the screen."),
        missing=sentence("The browser's bars stay, and visitors can leave the page."),
        remedy=sentence("Use a kiosk browser, or install the page as an app."),
        section="screen",
    ),
    CheckLine(
        name="wake",
        title=sentence("Staying lit"),
        fine=sentence("The page keeps the screen on by itself."),
        missing=sentence("The system may switch the screen off."),
        remedy=sentence("Keep it on its charger, and set the screen never to sleep."),
        section="power",
    ),
    CheckLine(
        name="battery",
        title=sentence("Battery"),
        fine=sentence("The browser tells how full it is; organisers see it."),
        missing=sentence("The browser does not tell; organisers see no figure."),
        remedy=sentence("Nothing has to be done: keep the device on its charger."),
        section="power",
    ),
    CheckLine(
        name="voice-zh",
        title=sentence("Chinese voice"),
        fine=sentence("Levels can be read aloud in Chinese."),
        missing=sentence("No Chinese voice: the button is not shown."),
        remedy=sentence("Install a Chinese voice in the system's speech settings."),
        section="speech",
    ),
    CheckLine(
        name="voice-en",
        title=sentence("English voice"),
        fine=sentence("Levels can be read aloud in English."),
        missing=sentence("No English voice: the button is not shown."),
        remedy=sentence("Install an English voice in the system's speech settings."),
        section="speech",
    ),
    CheckLine(
        name="htmx",
        title=sentence("Refreshing by itself"),
        fine=sentence("Name, clerk and opening hours refresh by themselves."),
        missing=sentence(
            "A script did not arrive: the clerk's name stays as it was, and the "
            "server does not hear that the screen is well. Ratings are taken."
        ),
        remedy=sentence("Load this page again once the network is there."),
        section="browser",
    ),
)
