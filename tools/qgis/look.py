"""Run by the Python of QGIS, for tests/store/test_qgis_itself.py: say as JSON what a reader of a plan would see."""

import json
import os
import sys

sys.path.insert(0, "/usr/share/qgis/python")
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QSize  # noqa: E402

QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003
app = QgsApplication([], False)  # noqa: FBT003
app.initQgis()


def seen(path, name, picture):
    """Return what the stored project holds, and render it."""
    project = QgsProject.instance()
    opened = project.read(f"geopackage:{path}?projectName={name}")
    root = project.layerTreeRoot()
    order = [each.name() for each in root.findLayers()]
    shown = [each.layer() for each in root.findLayers() if each.isVisible()]
    settings = QgsMapSettings()
    settings.setLayers(shown)
    settings.setOutputSize(QSize(1000, 800))
    settings.setDestinationCrs(project.crs())
    extent = next(each for each in shown if each.isSpatial()).extent()
    for layer in shown:
        if layer.isSpatial():
            settings.setDestinationCrs(layer.crs())
            extent = layer.extent()
            break
    extent.scale(1.05)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    placed = len(job.takeLabelingResults().labelsWithinRect(extent))
    image = job.renderedImage()
    image.save(picture)
    colours = {image.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 800, 7)}
    layers = {}
    for layer in project.mapLayers().values():
        fields = layer.fields() if hasattr(layer, "fields") else []
        labelling = layer.labeling() if hasattr(layer, "labeling") else None
        layers[layer.name()] = {
            "valid": layer.isValid(),
            "rows": layer.featureCount() if hasattr(layer, "featureCount") else 0,
            "renderer": layer.renderer().type() if layer.isSpatial() and layer.renderer() else "",
            "aliases": {each.name(): each.alias() for each in fields if each.alias()},
            "label": labelling.settings().fieldName if labelling is not None else "",
        }
    relations = [each.name() for each in project.relationManager().relations().values()]
    return {
        "opened": opened,
        "order": order,
        "layers": layers,
        "relations": relations,
        "colours": len(colours),
        "labels": placed,
    }


def toolbox(script):
    """Return the algorithms of the provider, and how the form of one looks."""
    space = {}
    exec(compile(open(script).read(), script, "exec"), space)  # noqa: S102, SIM115
    provider = space["register"]()
    found = {each.name(): [p.name() for p in each.parameterDefinitions()] for each in provider.algorithms()}
    exits = {}
    if len(sys.argv) > 3:
        from qgis.core import QgsProcessingContext, QgsProcessingFeedback

        plan = sys.argv[3]
        algorithm = QgsApplication.processingRegistry().algorithmById("gridkit:history")
        exits, worked = algorithm.run({"plan": plan}, QgsProcessingContext(), QgsProcessingFeedback())
        exits = {**exits, "worked": worked}
    return {"algorithms": found, "run": exits}


def move(path, unit, grid):
    """Change the grid of a unit as a hand in QGIS would: in an edit session of the layer."""
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(f"{path}|layername=units", "units", "ogr")
    layer.startEditing()
    at = layer.fields().indexOf("grid_id")
    for feature in layer.getFeatures(f"\"unit_id\" = '{unit}'"):
        layer.changeAttributeValue(feature.id(), at, grid)
    return {"saved": layer.commitChanges()}


said = {
    "seen": lambda: seen(*sys.argv[2:5]),
    "toolbox": lambda: toolbox(sys.argv[2]),
    "move": lambda: move(*sys.argv[2:5]),
}
print("\n" + json.dumps(said[sys.argv[1]]()))
sys.stdout.flush()
os._exit(0)
