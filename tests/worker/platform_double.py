"""A stand-in of the platform's compute worker: its interface and documented behaviour, in our own words.

What matters here: a Celery task looks `Run` up by name and turns a SubmissionException into the status Failed; a team's
zip without metadata is copied whole into the output; one with a command runs beside ingestion; the program's folder,
the output and /app/data are mounted; exit codes are noted in `logs`; every job's folder is removed at the end.
"""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path


class SubmissionException(Exception):
    pass


class Conf(dict):
    pass


class EngineWithoutContainers:
    def containers(self, **_):
        return []


class App:
    def __init__(self):
        self.conf = Conf()


BASE_DIR = "set by the test"
HOST_DIRECTORY = "set by the test"
client = EngineWithoutContainers()
app = App()
updates = []
pushed = []


def rewrite_bundle_url_if_needed(url):
    return url


def run_wrapper(run_args):
    run = Run(run_args)
    try:
        run.prepare()
        run.start()
        if run.is_scoring:
            run.push_scores()
        run.push_output()
    except SubmissionException as error:
        run._update_status("Failed", str(error))
    finally:
        run.clean_up()


class Run:
    def __init__(self, run_args):
        name = f"uPK-{run_args['user_pk']}_sID-{run_args['id']}"
        self.root_dir = tempfile.mkdtemp(prefix=f"{name}__", dir=BASE_DIR)
        self.bundle_dir = self.root_dir + "/bundles"
        self.output_dir = self.root_dir + "/output"
        self.data_dir = HOST_DIRECTORY + "/data"
        self.logs = {}
        self.args = run_args
        self.is_scoring = run_args["is_scoring"]
        self.container_image = run_args["docker_image"]
        self.execution_time_limit = run_args["execution_time_limit"]
        self.ingestion_container_name = f"ingestion_{name}"
        self.program_container_name = f"scoring_{name}"
        self.completed_program_counter = 0

    def _update_submission(self, data):
        updates.append(data)

    def _update_status(self, status, extra_information=None):
        self._update_submission({"status": status, "status_details": extra_information})

    def _get_bundle(self, url, destination, cache=True):  # noqa: ARG002
        raise AssertionError("the platform's own fetch extracts before anybody can judge")

    def _get_container_image(self, image_name):
        client.pull(image_name)

    def prepare(self):
        self._update_status("Running")
        places = {
            "program_data": "program",
            "ingestion_program": "ingestion_program",
            "input_data": "input_data",
            "reference_data": "input/ref",
        }
        if self.is_scoring:
            places["prediction_result"] = "input/res"
        for name, place in places.items():
            if self.args.get(name) is not None:
                self._get_bundle(self.args[name], place, cache=name in ("input_data", "reference_data"))
        self._get_container_image(self.container_image)

    def start(self):
        async def both():
            return await asyncio.gather(
                self._run_program_directory(self.root_dir + "/program", kind="program"),
                self._run_program_directory(self.root_dir + "/ingestion_program", kind="ingestion"),
                return_exceptions=True,
            )

        asyncio.run(both())
        code = (self.logs.get("program") or {}).get("returncode")
        if self.is_scoring and code != 0:
            raise SubmissionException(f"exit code {code}")
        self._update_status("Finished" if self.is_scoring else "Scoring")

    async def _run_program_directory(self, program_dir, kind):
        program = Path(program_dir)
        if not program.exists():
            self.completed_program_counter += 1
            return
        metadata = program / "metadata.yaml"
        if not metadata.exists():
            shutil.copytree(program, self.output_dir)
            return
        command = metadata.read_text().partition("command:")[2].strip()
        binds = {
            self._host(program): {"bind": "/app/program", "mode": "z"},
            self._host(self.output_dir): {"bind": "/app/output", "mode": "z"},
            self.data_dir: {"bind": "/app/data", "mode": "ro"},
        }
        if kind == "ingestion":
            binds[self._host(self.root_dir + "/program")] = {"bind": "/app/ingested_program"}
            binds[self._host(self.root_dir + "/input_data")] = {"bind": "/app/input_data"}
        if self.is_scoring:
            binds[self._host(self.root_dir + "/input")] = {"bind": "/app/input"}
        config = client.create_host_config(auto_remove=False, cap_drop=["CHOWN"], binds=binds)
        name = self.ingestion_container_name if kind == "ingestion" else self.program_container_name
        container = client.create_container(
            self.container_image, name=name, host_config=config, command=command, network_disabled=False
        )
        client.start(container=container["Id"])
        code = client.wait(container)["StatusCode"]
        client.remove_container(container["Id"], force=True)
        self.logs[kind] = {"returncode": code, "start": 1.0, "end": 2.0}
        self.completed_program_counter += 1

    def _host(self, path):
        host = Path(HOST_DIRECTORY, Path(path).relative_to(BASE_DIR))
        host.mkdir(parents=True, exist_ok=True)
        return str(host)

    def push_scores(self):
        pushed.append(json.loads(Path(self.output_dir, "scores.json").read_text()))

    def push_output(self):
        output = Path(self.output_dir)
        if not output.is_dir():
            raise SubmissionException("no output")
        pushed.append(sorted(path.name for path in output.iterdir()))

    def clean_up(self):
        shutil.rmtree(self.root_dir)
