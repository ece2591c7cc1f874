"""The whole story through the API: noticed, told, chosen, sent again, answered."""

from makegood.kit import clock
from makegood.policies.rules.values import RemedyKind
from tests import worlds


def test_what_was_made_good_is_in_danger_no_more(program, lost):
    assert [each["id"] for each in program.items("/parcels?in_danger=true")] == ["P100"]
    program.post("/orders/100/remedies", {"remedy": "refund"})
    assert program.items("/parcels?in_danger=true") == []
    assert [each["id"] for each in program.items("/parcels?in_danger=false")] == ["P100"]
    assert program.get("/parcels/P100")["in_danger"] is False


def test_what_is_told_of_a_parcel_in_danger(program, lost):
    told = program.get("/parcels/P100")
    assert (told["verdict"], told["outcome"], told["in_danger"]) == ("never_scanned", "lost", True)
    assert told["evidence"][0]["kind"] == "no_scan_since"
    assert told["evidence"][0]["words"].startswith("Not scanned since 5 October 2026 at 09:00 PDT")
    assert told["promise"]["state"] == "broken"
    assert told["promise"]["due_at"] == "2026-10-17T00:00:00Z"
    assert told["claim_window"]["source"].startswith("USPS")
    assert told["units"] == [
        {"line": "BIRDS", "sku": "BIRDS", "title": "Field Notes on Birds", "ordered_sku": "BIRDS", "quantity": 1},
        {"line": "TIDES", "sku": "TIDES", "title": "A Year of Tides", "ordered_sku": "TIDES", "quantity": 1},
    ]


def test_messages_say_what_they_cover(program, lost):
    told = program.items("/messages?customer=ada&direction=out")
    assert [each["news"] for each in told] == ["in_danger", "broken"]
    assert {tuple(each["parcels"]) for each in told} == {("P100",)}
    assert {tuple(each["orders"]) for each in told} == {("100",)}
    assert {each["state"] for each in told} == {"sent"}
    assert told[0]["message_id"].startswith("<")
    (case,) = program.items("/cases?customer=ada&state=open")
    assert (case["matter"], case["attention"], case["orders"]) == ("delivery", "danger", ["100"])
    assert program.items(f"/messages?case={case['id']}") == told
    assert program.items("/messages?order=100") == told
    assert [each["id"] for each in program.items("/cases?order=100&attention=danger")] == [case["id"]]


def test_the_customer_chooses_once(program, lost):
    as_ada = program.acting_for("customer:ada")
    order = as_ada.get("/orders/100")
    assert [each["remedy"] for each in order["remedies"]] == ["send_again", "refund"]
    best = order["remedies"][0]
    assert (best["rank"], best["you_may"], best["arrives_date"], best["currency"]) == (1, True, "2026-10-20", "USD")
    assert best["cost_minor"] == 610 + 1240 + 2895
    assert order["remedies"][1]["refund_minor"] == 1695 + 2890 + 480
    assert as_ada.get("/orders/100/remedies") == {"needed_by_date": None, "items": order["remedies"]}
    grant = as_ada.post("/orders/100/remedies", {"remedy": "send_again"})
    assert (grant["remedy"], grant["standpoint"], grant["cost_minor"]) == ("send_again", "customer", best["cost_minor"])
    problem = as_ada.post("/orders/100/remedies", {"remedy": "send_again"}, status=409)
    assert problem["type"] == "/v1/docs#problem-already-made-good"
    assert problem["grants"] == [grant["id"]]
    (dispatch,) = program.items("/dispatches?order=100")
    assert (dispatch["charged_minor"], dispatch["state"], dispatch["parcel"]) == (0, "requested", None)
    assert dispatch["arrives_date"] == "2026-10-20"
    assert [(each["sku"], each["quantity"]) for each in dispatch["units"]] == [("BIRDS", 1), ("TIDES", 1)]
    assert program.items("/grants?order=100") == [grant]


def test_the_warehouse_announces_and_it_arrives(program, lost):
    program.post("/orders/100/remedies", {"remedy": "send_again"})
    worlds.settle()
    (dispatch,) = program.items("/dispatches?state=requested")
    announced = {"carrier": "usps", "number": worlds.number_of(7)}
    told = program.post(f"/dispatches/{dispatch['id']}/parcel", announced)
    assert (told["state"], program.get(f"/parcels/{told['parcel']}")["is_replacement"]) == ("announced", True)
    assert program.post(f"/dispatches/{dispatch['id']}/parcel", announced) == told
    other = {"carrier": "usps", "number": worlds.number_of(8)}
    program.post(f"/dispatches/{dispatch['id']}/parcel", other, status=409)
    wrong = {"carrier": "usps", "number": "9400109104250532908588"}
    problem = program.post(f"/dispatches/{dispatch['id']}/parcel", wrong, status=422)
    assert problem["errors"][0]["field"] == "number"
    worlds.settle()
    assert program.items("/messages?news=replacement_left")[0]["parcels"] == [told["parcel"]]
    assert [each["replaces"] is None for each in program.get("/orders/100")["deliveries"]] == [True, False]


def test_a_refund_is_promised_and_paid(program, lost):
    program.post("/orders/100/remedies", {"remedy": "refund"})
    (task,) = program.items("/refunds?order=100&is_done=false")
    assert (task["amount_minor"], task["currency"], task["tender"]) == (5065, "USD", "Visa ending 4242")
    (promise,) = program.items("/promises?order=100&kind=refund")
    assert (promise["id"], promise["state"], promise["order"]) == (task["promise"], "open", "100")
    done = program.post(f"/refunds/{task['id']}/completion", {"note": "by hand"})
    assert (done["promise_state"], done["note"]) == ("kept", "by hand")
    program.post(f"/refunds/{task['id']}/completion", {"note": "by hand"}, status=409)
    assert program.items("/refunds?order=100&is_done=false") == []


def test_a_refund_that_did_not_arrive_says_so_and_why(program, lost):
    program.post("/orders/100/remedies", {"remedy": "refund"})
    (before,) = program.items("/refunds?order=100")
    assert (before["kind"], before["route"], before["state"]) == ("refund", "by_hand", "requested")
    (grant,) = program.items("/grants?order=100")
    assert (before["grant"], before["order"], before["sent_at"]) == (grant["id"], "100", None)
    address = f"/refunds/{before['id']}"
    program.post(f"{address}/failure", {"failure": ""}, status=422)
    after = program.post(f"{address}/failure", {"failure": "the card is closed"})
    assert (after["state"], after["failure"], after["promise_state"]) == ("failed", "the card is closed", "withdrawn")
    assert after["failed_at"] is not None
    assert program.get(address) == after
    program.post(f"{address}/failure", {"failure": "again"}, status=409)
    program.post(f"{address}/completion", {"note": "by hand"}, status=409)
    assert program.items("/refunds?state=requested") == []


def test_beyond_authority_says_who_could(program, lost, limited):
    limited("customer", [RemedyKind.SEND_AGAIN], 100)
    told = program.get("/authority")
    assert (told["holds"][-1]["who"], told["worth"]["USD"], told["grants"][0]["up_to"]) == (["customer"], 100, 150)
    problem = program.acting_for("customer:ada").post("/orders/100/remedies", {"remedy": "send_again"}, status=403)
    assert (problem["may_grant"], problem["rule"]) == (["helper", "lead", "token"], "customer-send_again")
    worlds.helper()
    program.acting_for("helper:maya").post("/orders/100/remedies", {"remedy": "send_again"})


def test_a_customer_sees_and_does_what_is_theirs(program, lost):
    worlds.customer("eve")
    as_eve = program.acting_for("customer:eve")
    as_eve.get("/orders/100", status=404)
    as_eve.post("/orders/100/remedies", {"remedy": "refund"}, status=404)
    as_eve.post("/parcels/P100/not-received", status=404)
    as_eve.get("/customers/ada", status=404)
    for path in ("/orders", "/parcels", "/promises", "/messages", "/dispatches", "/grants", "/refunds", "/perks"):
        assert as_eve.items(path) == []
    for path in ("/cases", "/facts", "/customers", "/staff", "/authority", "/unassigned", "/parked-reactions"):
        as_eve.get(path, status=403)
    assert as_eve.get("/customers/eve")["id"] == "eve"


def test_nobody_is_acted_for_who_is_nobody(program):
    program.acting_for("customer:nobody").get("/orders", status=403)
    program.acting_for("robot:one").get("/orders", status=403)


def test_delivered_and_not_received(program, ada):
    parcel = worlds.shipped()
    worlds.say(parcel, worlds.ScanKind.DELIVERED)
    as_ada = program.acting_for("customer:ada")
    told = as_ada.post(f"/parcels/{parcel.reference}/not-received")
    assert (told["verdict"], told["said_not_received_at"]) == ("not_received", "2026-10-05T16:00:00Z")
    assert as_ada.post(f"/parcels/{parcel.reference}/not-received") == told


def test_a_promise_is_moved_with_its_reason(program, ada):
    worlds.shipped()
    (promise,) = program.items("/promises?customer=ada&state=open&kind=deliver")
    assert (promise["order"], promise["revisions"]) == ("100", [])
    moved = {"due_at": "2026-10-20T00:00:00Z", "reason": "The bridge is closed."}
    told = program.post(f"/promises/{promise['id']}/revision", moved)
    assert (told["due_at"], told["original_due_at"]) == ("2026-10-20T00:00:00Z", promise["due_at"])
    assert told["revisions"][0]["reason"] == "The bridge is closed."
    late = {"due_at": "2026-10-01T00:00:00Z", "reason": "No."}
    problem = program.post(f"/promises/{promise['id']}/revision", late, status=422)
    assert problem["errors"][0]["field"] == "due_at"


def test_facts_are_told_in_order(program, lost):
    kinds = [each["kind"] for each in program.items("/facts?customer=ada")]
    assert [kind for kind in kinds if kind != "MoneyReceived"][:2] == ["PromiseMade", "OrderPlaced"]
    (broken,) = program.items("/facts?customer=ada&kind=PromiseBroken")
    assert broken["content"]["due_at"] == "2026-10-17T00:00:00Z"
    assert program.items(f"/facts?matter={broken['matter']}")[-1] == broken
    assert program.items("/facts?customer=nobody") == []


def test_standing_and_a_way_in(program, lost):
    told = program.get("/customers/ada")
    assert told["standing"]["since_date"] == "2020-03-14"
    assert told["standing"]["promises_broken"] == 1
    assert told["standing"]["spent"] == [{"currency": "USD", "amount_minor": 1695 + 2890 + 480}]
    link = program.post("/customers/ada/sign-in-links")
    assert "/enter/" in link["url"]
    assert link["expires_at"].endswith("Z")


def test_the_story_stands_still_on_a_stopped_clock(program, lost):
    before = program.get("/parcels/P100")
    assert clock.now() == worlds.DUE + worlds.HOUR
    worlds.settle()
    assert program.get("/parcels/P100") == before
