"""What docker-compose.yml promises about every container."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
FOUR = ("registration", "submissions", "council", "notifications")
LONG_RUNNING = [name for name in SERVICES if not name.endswith("-migrate")]

every_container = pytest.mark.parametrize("name", SERVICES)


def _networks_of(*names: str) -> set[str]:
    return {network for name in names for network in SERVICES[name]["networks"]}


def test_every_service_has_its_web_worker_and_migration():
    for service in FOUR:
        for duty in ("web", "worker", "migrate"):
            assert SERVICES[f"{service}-{duty}"]["command"] == ["python", "-m", f"services.{service}", duty]


@every_container
def test_a_container_runs_as_nobody_in_particular_with_nothing_it_could_misuse(name: str):
    container = SERVICES[name]
    assert container["user"] == "${RUN_AS:-10001:10001}"
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["init"] is True
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & container.keys()


@every_container
def test_a_container_can_not_eat_the_machine(name: str):
    assert SERVICES[name]["mem_limit"]
    assert SERVICES[name]["pids_limit"] <= 500
    assert SERVICES[name]["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", [name for name in LONG_RUNNING if not name.startswith("kannel")])
def test_a_container_that_stays_tells_its_health(name: str):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_the_gateway_publishes_ports():
    assert [name for name, container in SERVICES.items() if container.get("ports")] == ["gateway"]


def test_databases_broker_and_limits_can_be_reached_by_those_alone_who_need_them():
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert internal == {"pages", "databases", "broker", "limits"}
    assert _networks_of("gateway") == {"edge", "pages", "outbound"}
    webs, workers = [f"{service}-web" for service in FOUR], [f"{service}-worker" for service in FOUR]
    assert _networks_of(*webs) == {"pages", "databases", "limits"}
    assert _networks_of("registration-worker", "submissions-worker", "council-worker") == {"databases", "broker"}
    assert _networks_of("notifications-worker") == {"databases", "broker", "outbound"}
    members = {n: {c for c in SERVICES if n in SERVICES[c]["networks"]} for n in internal}
    assert members["broker"] == {"rabbitmq", *workers}
    assert members["limits"] == {"valkey", *webs}


@every_container
def test_an_image_is_a_variable_and_never_latest(name: str):
    image = SERVICES[name]["image"]
    assert re.search(r"\$\{[A-Z_]+:-", image)
    assert re.search(r":-[^}]*:[\d.]+\}$|\$\{IMAGE_TAG:-[\d.]+\}$", image)
    assert "latest" not in image


@every_container
def test_no_secret_is_written_down_or_passed_by_the_environment(name: str):
    for variable, value in (SERVICES[name].get("environment") or {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|TOKEN|_URL$|_URL_FILE$", variable) and variable not in PUBLIC_ADDRESSES:
            assert variable.endswith("_FILE"), variable
            assert value.startswith("/run/secrets/"), variable


PUBLIC_ADDRESSES = {"BASE_URL", "SMS_RECEIPTS_URL"}


@every_container
def test_a_container_sees_its_own_secrets_only_and_can_not_change_what_is_mounted(name: str):
    for mount in SERVICES[name].get("volumes", []):
        if isinstance(mount, dict):
            assert mount["read_only"] is True
            assert mount["target"] == "/run/secrets"
            owner = mount["source"].removeprefix("${SECRETS:-./deploy/secrets}/")
            assert name.startswith(owner)
        else:
            assert mount.endswith(":ro") or mount.split(":")[0] in COMPOSE["volumes"]
            assert "docker.sock" not in mount


@pytest.mark.parametrize("service", FOUR)
def test_web_and_worker_start_after_the_migration_and_never_wait_for_the_broker(service: str):
    for duty in ("web", "worker"):
        waits_for = SERVICES[f"{service}-{duty}"]["depends_on"]
        assert waits_for[f"{service}-migrate"] == {"condition": "service_completed_successfully"}
        assert "rabbitmq" not in waits_for


def test_the_file_keeps_to_what_both_generations_of_compose_take():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not {"version", "name", "include"} & COMPOSE.keys()
    assert not re.search(r"\$\{[A-Z_]+:\+", text)
    assert not re.search(r"start_interval|additional_contexts|dockerfile_inline|create_host_path|env_file", text)


def test_every_variable_is_explained_in_the_example():
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert used <= explained
