"""gridkit in the toolbox of QGIS: each command is an algorithm, its form built from ``gridkit --json-usage``.

Put this file into the folder of a plugin, or run it once in QGIS' Python console::

    exec(open("/path/to/gridkit_provider.py").read())
    register()

The program is found on PATH, or where the variable GRIDKIT_PROGRAM says. Nothing of gridkit is loaded into QGIS: each
run is a process of its own, so that the Python of QGIS, whatever its version, meets no package of ours.
"""

import json
import os
import shutil
import subprocess

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingProvider,
    QgsSettings,
)

LEFT_OUT = ("json", "overwrite")
"""Options of every run from here: outputs are chosen in the form, and may be replaced."""
WRITES = ("path", "output")


def program():
    """Return the command line of gridkit, as a list of words."""
    named = os.environ.get("GRIDKIT_PROGRAM", "")
    found = named.split() if named else [shutil.which("gridkit") or ""]
    if not found[0]:
        raise QgsProcessingException("gridkit is not on PATH: name it by the variable GRIDKIT_PROGRAM")
    return found


def language():
    """Return the language of QGIS, where gridkit speaks it."""
    return "zh" if str(QgsSettings().value("locale/userLocale", "en")).startswith("zh") else "en"


def usage():
    """Return what every command takes."""
    done = subprocess.run([*program(), "--lang", language(), "--json-usage"], capture_output=True, check=True)
    return json.loads(done.stdout)


class Command(QgsProcessingAlgorithm):
    """One command of gridkit."""

    def __init__(self, told):
        """Take what ``--json-usage`` says of the command."""
        super().__init__()
        self.told = told

    def createInstance(self):  # noqa: N802, D102 - QGIS' names
        return Command(self.told)

    def name(self):  # noqa: D102
        return self.told["name"].replace(" ", "_").replace("-", "_")

    def displayName(self):  # noqa: N802, D102
        return f"gridkit {self.told['name']}"

    def group(self):  # noqa: D102
        return self.told["task"]

    def groupId(self):  # noqa: N802, D102
        return self.told["task"].lower().replace(" ", "_")

    def shortHelpString(self):  # noqa: N802, D102
        return self.told["help"] + "\n\n" + "\n".join(self.told["examples"])

    def options(self):
        """Return the options that stand in the form."""
        return [each for each in self.told["options"] if each["name"] not in LEFT_OUT]

    def initAlgorithm(self, _configuration=None):  # noqa: N802
        """Build the form."""
        for option in self.options():
            parameter = made(option)
            if not (option["common"] or option["required"] or not option["group"]):
                parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.FlagAdvanced)
            self.addParameter(parameter)

    def processAlgorithm(self, parameters, _context, feedback):  # noqa: N802
        """Run the command, its words on the log; raise where it fails."""
        words = [*program(), "--lang", language(), *self.told["name"].split()]
        outputs, after = {}, []
        for option in self.options():
            value = parameters.get(option["name"])
            if value in (None, "", False) or value == option["default"]:
                continue
            if option["choices"]:
                value = ["", *option["choices"]][value] if isinstance(value, int) else value
                if not value:
                    continue
            if option["name"] in WRITES:
                outputs[option["name"]] = str(value)
            several = str(value).split(";") if option["many"] else [value]
            for each in several:
                if not option["written"]:
                    words.append(source(each))
                elif option["value"] == "boolean":
                    after.append(option["written"][0])
                else:
                    after += [option["written"][0], source(each) if option["value"] == "input" else str(each)]
        if any(option["name"] == "overwrite" for option in self.told["options"]):
            after.append("--overwrite")
        feedback.pushCommandInfo(" ".join([*words, *after]))
        done = subprocess.run([*words, *after], capture_output=True, text=True, encoding="utf-8", check=False)
        feedback.pushConsoleInfo(done.stdout)
        feedback.pushInfo(done.stderr)
        if done.returncode not in (0, 7, 9):  # 7: in part; 9: a check failed, and said so
            raise QgsProcessingException((done.stderr.strip() or "gridkit failed").splitlines()[-1])
        return {**outputs, "EXIT_CODE": done.returncode}


def source(value):
    """Return a file as gridkit names it: QGIS writes FILE|layername=LAYER."""
    path, _, rest = str(value).partition("|layername=")
    return f"{path}:{rest.split('|')[0]}" if rest else path


def made(option):
    """Return the field of a form for an option."""
    name, optional = option["name"], not option["required"]
    label = f"{option['help']} ({option['metavar']})"
    if option["name"] in WRITES and option["value"] in ("file", "text"):
        return QgsProcessingParameterFileDestination(name, label, optional=True, createByDefault=False)
    if option["choices"]:
        return QgsProcessingParameterEnum(name, label, ["", *option["choices"]], optional=optional, defaultValue=0)
    if option["value"] == "boolean":
        return QgsProcessingParameterBoolean(name, label, defaultValue=False, optional=True)
    if option["value"] in ("number", "integer"):
        kind = (
            QgsProcessingParameterNumber.Integer
            if option["value"] == "integer"
            else QgsProcessingParameterNumber.Double
        )
        default = option["default"]
        return QgsProcessingParameterNumber(name, label, kind, default, optional=optional)
    if option["value"] == "plan":
        return QgsProcessingParameterFile(name, label, extension="gpkg", optional=optional)
    default = option["default"] or None
    return QgsProcessingParameterString(name, label, defaultValue=default, optional=optional)


class Provider(QgsProcessingProvider):
    """All commands of gridkit."""

    def id(self):  # noqa: A003, D102
        return "gridkit"

    def name(self):  # noqa: D102
        return "gridkit"

    def loadAlgorithms(self):  # noqa: N802
        """Ask the program what it can do."""
        for told in usage()["commands"]:
            self.addAlgorithm(Command(told))


def register():
    """Add the provider to this QGIS, and return it."""
    provider = Provider()
    QgsApplication.processingRegistry().addProvider(provider)
    return provider
