"""The build's main path: prepared data and the repository become `dist/`."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion_program.transfer import FACTS_FILE
from organizer.base_models.listing import LIST_FILE, BaseModel, read_list
from organizer.build import codalab, platform_yaml
from organizer.build.archive import Content, folder_files, write_zip
from organizer.build.hidden import SplitData, load_split, phase_files, preflight_files
from organizer.build.options import ROOT, BuildOptions
from organizer.build.pages import PageFacts, render_pages
from organizer.build.phases import Phase, schedule
from organizer.build.programs import content_digest, program_files, sources
from organizer.build.rules import Rules, parse_rules
from organizer.build.worker_facts import worker_facts
from organizer.build.worker_folder import pinned_image, write_worker_folder
from organizer.data.checks import PreparedInfo, check_prepared
from xtreme_tasks.files import dumps, read_file, sha256, write_whole
from xtreme_tasks.settings import PhaseSettings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Build:
    """What a build made; `codalab` is the v1.5 bundle, None where there is none."""

    bundle: str
    archive: Path
    worker: Path
    phases: tuple[PhaseSettings, ...]
    windows: tuple[Phase, ...]
    sha256: str
    codalab: Path | None


def build_bundle(options: BuildOptions, progress: Progress = lambda _: None) -> Build:
    """Check the data, seal them, write the bundle and the worker folder.

    Raises:
        OrganizerFault: with file and line; what an earlier build left in `out` stays whole.

    """
    folder = options.root / "competition_bundle"
    rules_text = read_file(folder / "rules.toml")
    rules = parse_rules(rules_text)
    pinned_image(rules.image.name, options.image_digest)  # before anything is written
    template = platform_yaml.read_template(folder / "competition.yaml")
    phases = schedule(platform_yaml.splits(template), options.start, options.weeks)
    progress("checking the prepared data")
    info = check_prepared(options.prepared)
    with_codalab = codalab.wanted(options, info.source)
    bundle = _identify(options, info, rules_text, platform_yaml.fill(template, phases, rules, options.sealed))
    settings = [_settings(options, bundle, phase, info, rules, str(template["title"])) for phase in phases]

    name = "competition-codabench.zip" if options.sealed else "competition-codabench-unsealed.zip"
    archive, worker = options.out / name, options.out / "worker"
    with tempfile.TemporaryDirectory(prefix="competition-build-") as temporary:
        facts = worker_facts(worker, info.counts, list(dict.fromkeys(phase.split for phase in phases)))
        files = _fixed_files(folder, options.root, Path(temporary), rules, facts)
        files |= _pages(folder, template, phases, rules, info, options.sealed, _base_models(options.root, rules))
        files["competition.yaml"] = platform_yaml.fill(template, phases, rules, options.sealed)
        files |= _program_zips(options, bundle, Path(temporary))
        files |= _data_zips(options, settings, rules, Path(temporary), progress)
        progress("packing the public data")
        public = Path(temporary, "public_data.zip")
        write_zip(public, folder_files(options.prepared / "public"))
        files["public_data.zip"] = public
        older = _codalab(options, bundle, phases, files, progress) if with_codalab else None
        progress("writing the bundle")
        write_zip(archive, files, compress=False)
    models = [model.name for model in _base_models(options.root, rules)]
    write_worker_folder(worker, options, bundle, rules, settings, str(template["title"]), models)
    digest = _file_sha256(archive)
    record = {"bundle": bundle, "archive": archive.name, "sha256": digest, "sealed": options.sealed}
    if older is not None:
        record |= {"codalab": older.name, "codalab_sha256": _file_sha256(older)}
    write_whole(options.out / "build.json", dumps(record).encode() + b"\n")
    return Build(bundle, archive, worker, tuple(settings), tuple(phases), digest, older)


def _codalab(
    options: BuildOptions, bundle: str, phases: Sequence[Phase], files: Mapping[str, Content], progress: Progress
) -> Path:
    """The v1.5 bundle; of a sealed build (the generated sample's, then) from an unsealed twin that is thrown away."""
    if not options.sealed:
        platform = files["competition.yaml"]
        assert isinstance(platform, bytes)  # noqa: S101 - filled in above
        progress("writing the CodaLab bundle")
        return codalab.write_codalab(options, bundle, platform, phases, files)
    path = options.out / codalab.ARCHIVE
    with tempfile.TemporaryDirectory(prefix="competition-codalab-") as temporary:
        made = build_bundle(replace(options, sealed=False, out=Path(temporary)), progress).codalab
        assert made is not None  # noqa: S101 - asked for
        write_whole(path, read_file(made))
    return path


def _identify(options: BuildOptions, info: PreparedInfo, rules: bytes, platform: bytes) -> str:
    """The bundle's identifier: a digest of all that decides what a run means, unguessable without the secret."""
    parts = [
        info.digest,
        sha256(rules),
        sha256(platform),
        *(content_digest(sources(role, options.root)) for role in ("ingestion", "scoring")),
        "sealed" if options.sealed else "unsealed",
    ]
    return hmac.new(options.secret, dumps(["bundle", 1, parts]).encode(), hashlib.sha256).hexdigest()[:16]


def _settings(
    options: BuildOptions, bundle: str, phase: Phase, info: PreparedInfo, rules: Rules, title: str
) -> PhaseSettings:
    counts = info.counts[phase.split]
    open_key = "" if options.sealed else sha256(f"open {bundle}".encode())
    final = phase.split == "final"
    repeats = rules.final.repeats if final else 1
    return PhaseSettings(
        bundle=bundle,
        phase=phase.key,
        split=phase.split,
        sealed=options.sealed,
        start=phase.start.timestamp(),
        end=phase.end.timestamp(),
        grace=rules.window.grace_seconds,
        languages={task: tuple(languages) for task, languages in counts.items()},
        counts=counts,
        limits=rules.limits,
        rule=rules.rule,
        baseline=rules.baseline,
        repeats=repeats,
        require=rules.protections.require,
        open_key=open_key,
        detail_after=phase.end.timestamp() if final else 0.0,
        # A run may be killed at its very end: were its started record stale by then, the attempt would be free.
        record_age=PhaseSettings.record_age + repeats * rules.limits.seconds * (1 + rules.timing.share),
        title=title,
        timing=rules.timing,
    )


def _fixed_files(folder: Path, root: Path, temporary: Path, rules: Rules, facts: bytes) -> dict[str, Content]:
    kit = temporary / "starting_kit.zip"
    content = {**folder_files(root / "starting_kit"), **_kit_programs(root, rules), FACTS_FILE: facts}
    write_zip(kit, content)
    files = folder_files(folder)
    own = ("rules.toml", "competition.yaml", "roster.csv")  # what the build reads, or the organizer keeps
    shown = {name: item for name, item in files.items() if name not in own and not name.startswith("pages/")}
    return {**shown, "starting_kit.zip": kit}


def _kit_programs(root: Path, rules: Rules) -> dict[str, Content]:
    """What evaluate.py runs: the platform's own programs, this build's limits; and the list of base models."""
    files: dict[str, Content] = {"limits.json": dumps(dataclasses.asdict(rules.limits)).encode() + b"\n"}
    for package in ("ingestion_program", "scoring_program", "xtreme_tasks", "sealing"):
        files |= folder_files(root / package, f"{package}/")
    for name in ("__init__.py", "archives.py"):  # how the worker judges a zip: pack.py does so too
        files[f"worker/gate/{name}"] = _gate_file(root, name)
    if rules.image.base_models:
        files["base_models.toml"] = read_file(_model_list(root))
        versions = root / "requirements" / "team.txt"  # such an image has torch; another contest's may have other ones
        files |= {"image_requirements.txt": versions} if versions.is_file() else {}
    return files


def _base_models(root: Path, rules: Rules) -> tuple[BaseModel, ...]:
    """Those that the image holds."""
    return read_list(_model_list(root)) if rules.image.base_models else ()


def _gate_file(root: Path, name: str) -> Path:
    own = root / "worker" / "gate" / name
    return own if own.is_file() else ROOT / "worker" / "gate" / name


def _model_list(root: Path) -> Path:
    """A root without a list of its own (another contest's folder) has the repository's."""
    own = root / "worker" / LIST_FILE
    return own if own.is_file() else ROOT / "worker" / LIST_FILE


def _pages(
    folder: Path,
    template: dict[str, Any],
    phases: Sequence[Phase],
    rules: Rules,
    info: PreparedInfo,
    sealed: bool,
    models: Sequence[BaseModel],
) -> dict[str, Content]:
    names = [str(phase["name"]) for phase in template["phases"]]
    facts = PageFacts(str(template["title"]), phases, rules, info.counts, sealed, names, info.source, models)
    return {f"pages/{name}": page for name, page in render_pages(folder / "pages", facts).items()}


def _program_zips(options: BuildOptions, bundle: str, temporary: Path) -> dict[str, Content]:
    zips: dict[str, Content] = {}
    for role in ("ingestion", "scoring"):
        path = temporary / f"{role}_program.zip"
        write_zip(path, program_files(role, options.root, bundle, options.sealed))
        zips[path.name] = path
    return zips


def _data_zips(
    options: BuildOptions,
    settings: Sequence[PhaseSettings],
    rules: Rules,
    temporary: Path,
    progress: Progress,
) -> dict[str, Content]:
    zips: dict[str, Content] = {}
    for split in dict.fromkeys(phase.split for phase in settings):
        chosen = [phase for phase in settings if phase.split == split]
        data = _load(options, split, chosen[0].languages, progress)
        for phase in chosen:
            progress(f"sealing {phase.phase}" if phase.sealed else f"packing {phase.phase}")
            preflight = preflight_files(options.prepared / "public", phase.languages, rules.preflight.examples)
            for role, extra in (("input", preflight), ("reference", {})):
                path = temporary / f"{role}_data_{phase.phase}.zip"
                write_zip(path, {**phase_files(data[role], phase, options.secret), **extra}, compress=not phase.sealed)
                zips[path.name] = path
    return zips


def _load(
    options: BuildOptions, split: str, languages: Mapping[str, tuple[str, ...]], progress: Progress
) -> dict[str, SplitData]:
    progress(f"compressing {split}" if options.sealed else f"reading {split}")
    folder = options.prepared / split
    return {
        "input": load_split(folder, "input", languages, options.sealed),
        "reference": load_split(folder, "reference", languages, options.sealed),
    }


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
