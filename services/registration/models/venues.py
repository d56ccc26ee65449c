"""What people can count on at a venue."""

from shared.web.i18n import lazy_gettext

FEATURES = {
    "step_free": lazy_gettext("ohne Stufen erreichbar"),
    "lift": lazy_gettext("Aufzug"),
    "bus_stop": lazy_gettext("Bushaltestelle in der Nähe"),
    "toilet": lazy_gettext("barrierefreie Toilette"),
    "hearing_loop": lazy_gettext("Induktionsschleife für Hörgeräte"),
}
