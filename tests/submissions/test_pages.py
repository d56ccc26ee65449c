"""The public pages, as a resident without JavaScript uses them."""

from datetime import timedelta

from flask.testing import FlaskClient

from shared import clock
from tests.submissions.builders import submit


def test_an_idea_is_handed_in_on_three_pages_and_gets_a_code(client: FlaskClient) -> None:
    page = client.get("/ideen/neu")
    page = submit(client, page, "/ideen/neu", title="Mehr Bänke", text="Am Teich fehlen Bänke.", language="de")
    assert "Schritt 2 von 3" in page.get_data(as_text=True)
    page = submit(client, page, "/ideen/neu")
    assert "Schritt 3 von 3" in page.get_data(as_text=True)
    with clock.moved(timedelta(seconds=5)):
        answer = submit(client, page, "/ideen/neu")
    assert answer.status_code == 303
    thanks = client.get("/ideen/danke").get_data(as_text=True)

    assert "Schreiben Sie diesen Code auf" in thanks
