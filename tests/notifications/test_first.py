def test_an_idea_appears_in_the_mailbox(world, client):
    world.idea("ayse@example.org")
    world.idea(phone="+4915123456789", language="ar")
    for l in world.letters():
        print(l["subject"], l["text"])
    r = client.get("/postfach")
    assert r.status_code == 200, r.text
    print(r.text)
    print(client.get("/api/notifications/v1/mailbox").json)
    assert len(world.letters()) == 2
