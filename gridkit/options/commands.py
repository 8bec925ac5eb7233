"""Every command: what it is for, what does the same in Python, and lines to copy."""

from __future__ import annotations

from gridkit.options.declaration import Command

TASKS = {
    "begin": "Begin",
    "repeat": "Repeat",
    "cut": "Cut",
    "judge": "Judge",
    "lay": "Add layers",
    "show": "Show",
    "change": "Change",
    "hand out": "Hand out",
    "about": "About gridkit",
}
"""Headings of ``gridkit --help``, in the order of the work."""

_ALL = (
    # ------------------------------------------------------------------ begin
    Command(
        "demo",
        "begin",
        "demo",
        "Make up a district, write its files as an office would have them, and run the whole main job on them.",
        ("gridkit demo", "gridkit demo -o my-demo --seed 7"),
    ),
    Command(
        "inspect",
        "begin",
        "inspect",
        "Describe a file: layers, CRS, encoding, counts, and what looks wrong.",
        ("gridkit inspect district.gpkg", "gridkit inspect incidents.csv --within district.gpkg:district --json"),
    ),
    Command(
        "fetch",
        "begin",
        "fetch",
        "Download a place's OpenStreetMap data through Overpass into a local file.",
        (
            'gridkit fetch "Chongchuan, Nantong, China" -o chongchuan.osm',
            "gridkit fetch --bbox 120.85,31.97,120.90,32.02 -o centre.osm",
        ),
    ),
    Command(
        "new",
        "begin",
        "new",
        "Write a project from the files in a folder: what each is used as, with comments, tried as far as its units.",
        ("gridkit new office", "gridkit new office --lang zh -o office.toml"),
    ),
    # ------------------------------------------------------------------ repeat
    Command(
        "run",
        "repeat",
        "run",
        "Do every step of a project (plan, layers, audit, maps, papers) that is not done, or whose inputs, choices or "
        "version have changed.",
        ("gridkit run gridkit.toml", "gridkit run gridkit.toml --dry-run --json", "gridkit run -o this-year"),
    ),
    Command(
        "verify",
        "repeat",
        "verify",
        "Say whether an output is what was written, and what it was made from still is what it was; exit code 9 if "
        "not.",
        ("gridkit verify plan.gpkg", "gridkit verify made/report.xlsx --json", "gridkit verify made"),
    ),
    Command(
        "rerun",
        "repeat",
        "rerun",
        "Make an output again from its record, and say whether it is the same; exit code 9 if not.",
        ("gridkit rerun made/plan.gpkg", "gridkit rerun plan.gpkg -o again.gpkg"),
    ),
    Command(
        "batch",
        "repeat",
        "batch",
        "Do all steps of a project for each of many districts, on all processors or a cluster; what is done is never "
        "done twice, one that fails fails alone. Exit code 7 if some failed.",
        (
            "gridkit batch many.toml --districts communities.gpkg:communities:code -o districts",
            "gridkit batch many.toml --districts table.csv -o districts --workers 1 --json",
            "gridkit batch many.toml --districts table.csv -o districts --failed",
            "gridkit batch many.toml --districts table.csv -o districts --scheduler tcp://127.0.0.1:8786",
        ),
    ),
    # ------------------------------------------------------------------ cut
    Command(
        "split",
        "cut",
        "split",
        "Split a district into balanced, contiguous grids along visible lines, and write the plan.",
        (
            "gridkit split district.gpkg:communities --parents name --osm district.osm.pbf --people population.tif"
            " --target 1000 -o plan.gpkg",
            "gridkit split hexagons.gpkg --osm city.osm.pbf --people hexagons.gpkg:population --target 1600"
            " -o plan.gpkg",
            "gridkit split blocks.gpkg --units blocks.gpkg --people blocks.gpkg:pop --grids 40 --tolerance 0.05"
            " -o plan.gpkg",
        ),
    ),
    Command(
        "units",
        "cut",
        "units",
        "Cut a district into units (street blocks, compounds, cells), with their people and borders.",
        (
            "gridkit units district.gpkg:communities --parents name --osm district.osm.pbf --people population.tif"
            " -o units.gpkg",
            "gridkit units district.gpkg:district --units hexagons --hexagon-m 200 --people population.tif"
            " -o units.gpkg",
            "gridkit units district.gpkg:district --osm district.osm.pbf --report",
        ),
    ),
    Command(
        "alternatives",
        "",
        "alternatives",
        "Several plans of a district, each with another emphasis: --alternatives of gridkit split.",
        (),
    ),
    # ------------------------------------------------------------------ judge
    Command(
        "audit",
        "judge",
        "audit",
        "Check a plan rule by rule; exit code 9 when a rule fails.",
        (
            "gridkit audit plan.gpkg",
            "gridkit audit plan.gpkg --keep",
            "gridkit audit plan.gpkg --json",
            "gridkit audit grids_last_year.gpkg --district district.gpkg:communities --parents code"
            " --osm district.osm.pbf",
        ),
    ),
    Command(
        "compare",
        "judge",
        "compare",
        "List who changes grid and where to, and which borders moved, from one plan to the next.",
        ("gridkit compare old.gpkg plan.gpkg", "gridkit compare grids_last_year.gpkg plan.gpkg --json"),
    ),
    Command(
        "ensemble",
        "judge",
        "ensemble",
        "Draw plans at random that obey the same rules, and say how usual a plan is among them.",
        ("gridkit ensemble plan.gpkg", "gridkit ensemble plan.gpkg --plans 5000 -o drawn.csv"),
    ),
    # ------------------------------------------------------------------ lay
    Command(
        "layer",
        "lay",
        "layer",
        "Add a layer to a plan (incidents, coverage ...) and keep it in the plan's file.",
        ("gridkit layer plan.gpkg incidents --data incidents.csv --datum gcj02", "gridkit layer plan.gpkg clinics"),
    ),
    Command(
        "layers",
        "lay",
        "layers",
        "List the layers that can be added to a plan.",
        ("gridkit layers", "gridkit layers --layers my-layers --json"),
    ),
    Command(
        "departments overlay",
        "lay",
        "departments_overlay",
        "Lay departments' nets (police beats, school areas ...) over a plan: which of them cut each grid, whom that "
        "concerns, and where two nets disagree.",
        (
            "gridkit departments overlay plan.gpkg police=beats.gpkg:beats:code schools.geojson -o nets.gpkg",
            "gridkit departments overlay plan.gpkg sanitation=sections.geojson --rule area --json",
        ),
    ),
    Command(
        "departments harmonise",
        "lay",
        "departments_harmonise",
        "Move departments' nets as little as can be so that they fit the grids: nest in them, equal them or are made "
        "of whole ones; with what no net that fits can do better, and what it would cost to move the plan instead.",
        (
            "gridkit departments harmonise plan.gpkg police=beats.gpkg:beats:code schools.geojson --union"
            " -o harmonised.gpkg",
            "gridkit departments harmonise plan.gpkg police=beats.gpkg --union --cost plan=1 -o proposal.pdf",
        ),
    ),
    Command(
        "emergency",
        "lay",
        "emergency",
        "Lay the zones of an emergency (epidemic, flood, fire) on a plan: its gates, the points people walk to, the "
        "staff it takes; and put the normal plan back when it is over.",
        (
            "gridkit emergency plan.gpkg --zones zones.geojson --kind controlled --from 2027-01-10 --until 2027-01-24"
            " -o closed.gpkg",
            "gridkit emergency plan.gpkg --zones water.geojson --preset flood --kind evacuate -o evacuation.gpkg",
            "gridkit emergency plan.gpkg --zones zones.csv --kind sealed -o papers.pdf",
            "gridkit emergency closed.gpkg --end --until 2027-01-24 -o open.gpkg",
        ),
    ),
    Command(
        "patrol",
        "lay",
        "patrol",
        "Find a walk past every street of each grid, as short as can be found, for one walker or several, with shifts; "
        "and how near it is to the least there is. Written as tracks (.gpx), lines (.geojson) or sheets (.pdf).",
        (
            "gridkit patrol plan.gpkg -o patrols.gpx",
            "gridkit patrol plan.gpkg --walkers 2 --shift-hours 3 -o patrols.gpkg",
            "gridkit patrol plan.gpkg --grid 329901001001001 --office 120.87,31.99 -o patrol.pdf",
        ),
    ),
    Command(
        "visits",
        "lay",
        "visits",
        "Say who is due for a visit by class and last visit, and find rounds through their doors, for one walker or "
        "several; coverage and days since the last visit by grid. Written as tracks (.gpx), lines or sheets (.pdf).",
        (
            "gridkit visits plan.gpkg --due households.csv -o rounds.gpx",
            "gridkit visits plan.gpkg --due households.csv --walkers 2 -o rounds.gpkg",
        ),
    ),
    Command(
        "response",
        "lay",
        "response",
        "Count a log of orders (12345, 311) by department: which took several, how long, who handed on to whom, what "
        "was returned, reopened, solved and found good; by grid and by the areas of departments' nets.",
        (
            "gridkit response plan.gpkg orders.csv -o response.gpkg",
            "gridkit response plan.gpkg orders.csv --column department=AGENCY --counters counters.xlsx -o report.xlsx",
            "gridkit response plan.gpkg orders.csv -o flow.pdf",
        ),
    ),
    Command(
        "ingest",
        "lay",
        "ingest",
        "Join departments' tables to units and grids, by code, name, place or address: which rows match and why not, "
        "what is asked for by several, what stands twice, how old and complete each table is.",
        (
            "gridkit ingest plan.gpkg civil=elderly.xlsx health=visits.csv -o shared.gpkg",
            "gridkit ingest plan.gpkg civil=elderly.xlsx market=shops.csv --column address=LOCATION -o shared.xlsx",
        ),
    ),
    Command(
        "participation",
        "lay",
        "participation",
        "Count who starts what, what became of proposals, and how many households take part: registers reduced to "
        "counts as they are read, nothing of a person among them.",
        (
            "gridkit participation plan.gpkg --activities activities.csv --proposals proposals.csv -o taking-part.gpkg",
            "gridkit participation plan.gpkg --activities activities.csv --counts counts.csv --givers givers.csv"
            " -o taking-part.xlsx",
        ),
    ),
    Command(
        "reciprocity",
        "lay",
        "reciprocity",
        "Measure an exchange between members: who gives and takes both, how evenly; and how much hangs on one body. "
        "Aggregates alone: nothing of a person leaves the table.",
        (
            "gridkit reciprocity exchange.csv --bodies bodies.csv --plan plan.gpkg",
            "gridkit reciprocity exchange.csv --column amount=HOURS --json",
        ),
    ),
    Command(
        "survival",
        "lay",
        "survival",
        "Measure what lasts: the share of groups or volunteers still active after each month, with its interval; what "
        "is left of a peak, and when a target is missed if it goes on like this.",
        (
            "gridkit survival groups.csv --hours hours.csv --target 40 --plan plan.gpkg",
            "gridkit survival groups.csv --asof 2026-06-30 -o left.csv",
        ),
    ),
    Command(
        "workload",
        "lay",
        "workload",
        "Count the hours a month that each grid needs, term by term: visits by class of household, events, patrol, "
        "forms, the way between doors, and allowances; what is not known is said.",
        (
            "gridkit workload plan.gpkg -o work.gpkg",
            "gridkit workload plan.gpkg --forms forms.xlsx --classes classes.xlsx --events incidents.csv --datum gcj02"
            " -o work.xlsx",
            "gridkit workload plan.gpkg --preset chw --json",
        ),
    ),
    Command(
        "staffing",
        "lay",
        "staffing",
        "Lay the hours there are beside those needed: which tasks fit, gaps and surpluses of neighbours, ratios, what "
        "is left when those who are lent are gone, and who should answer for which grid.",
        (
            "gridkit staffing plan.gpkg --staff staff.xlsx -o staffed.gpkg",
            "gridkit staffing plan.gpkg --staff staff.xlsx --old grids_last_year.gpkg --assign --asof 2027-01-01"
            " -o staffing.xlsx",
            "gridkit staffing plan.gpkg --staff staff.xlsx --names --forms forms.xlsx --json",
        ),
    ),
    # ------------------------------------------------------------------ show
    Command(
        "map",
        "show",
        "map",
        "Draw a plan as one HTML file that opens without a network.",
        (
            "gridkit map plan.gpkg -o plan.html",
            "gridkit map plan.gpkg --view public --lang en -o public.html",
            "gridkit map plan.gpkg --view compare --against old.gpkg -o compare.html",
        ),
    ),
    Command(
        "maps",
        "show",
        "maps",
        "List the map views a plan can be drawn in.",
        ("gridkit maps", "gridkit maps --maps my-views --json"),
    ),
    Command(
        "history",
        "show",
        "history",
        "List every step that made a plan: when, from which files, and why.",
        ("gridkit history plan.gpkg", "gridkit history plan.gpkg --json"),
    ),
    # ------------------------------------------------------------------ change
    Command(
        "redraw",
        "change",
        "redraw",
        "Change a plan as little as possible: edits all or none, new people, new units or a new range of size. "
        "Edits alone (--move, --merge, --split, --lock, --free, --dedicated) leave every other grid as it is.",
        (
            "gridkit redraw plan.gpkg --people population.tif --reason 'census of this year' -o redrawn.gpkg",
            "gridkit redraw plan.gpkg --split 329901001001001=2 --loose --reason 'a new tower' -o redrawn.gpkg",
            "gridkit redraw plan.gpkg --merge 329901001001001,329901001001002 -o redrawn.gpkg",
        ),
    ),
    Command(
        "undo",
        "change",
        "undo",
        "Take the last edit or redraw of a plan back.",
        ("gridkit undo redrawn.gpkg", "gridkit undo redrawn.gpkg -o before.gpkg"),
    ),
    Command(
        "refresh",
        "change",
        "refresh",
        "Measure the layers, findings and bounds of a plan again, after its grids were changed by hand or elsewhere.",
        ("gridkit refresh plan.gpkg", "gridkit refresh plan.gpkg -o fresh.gpkg"),
    ),
    Command(
        "standing",
        "change",
        "standing",
        "Say what a plan counts for: draft, approved or issued, from when until when, and the body in charge. What is "
        "drawn anew afterwards is a draft again.",
        (
            "gridkit standing plan.gpkg",
            "gridkit standing plan.gpkg issued --since 2027-01-01 --body 'Qinglan street office'",
            "gridkit standing plan.gpkg approved --since 2027-01-01 --until 2029-12-31 -o approved.gpkg",
        ),
    ),
    Command(
        "edits import",
        "change",
        "import_edits",
        "Import the edits and comments of one or several people: what fits is applied, conflicts are listed with both "
        "sides.",
        (
            "gridkit edits import plan.gpkg edits.json",
            "gridkit edits import plan.gpkg edits.json other.json -o edited.gpkg",
            "gridkit edits import plan.gpkg edits.json slips.xlsx",
        ),
    ),
    Command(
        "edits type",
        "change",
        "type_edits",
        "Type filled-in comment slips and walking sheets into a plan: from a table, or asked for one by one; they join "
        "the edits of the map, and answers go back on the same replies.",
        (
            "gridkit edits type plan.gpkg slips.xlsx walks.csv -o typed.gpkg",
            "gridkit edits type plan.gpkg --blank empty.xlsx",
            "gridkit edits type plan.gpkg",
        ),
    ),
    Command(
        "edits list",
        "change",
        "list_edits",
        "List the comments and moves a plan has received, with their status.",
        ("gridkit edits list plan.gpkg", "gridkit edits list plan.gpkg --json"),
    ),
    Command(
        "edits decide",
        "change",
        "decide_edits",
        "Answer comments; a move that is accepted is applied.",
        (
            "gridkit edits decide plan.gpkg c1=accepted",
            "gridkit edits decide plan.gpkg 'c2=declined: the wall has no gate'",
        ),
    ),
    Command(
        "edits reply",
        "change",
        "reply_edits",
        "Write the sheet that goes back: each comment, its status and the reason.",
        ("gridkit edits reply plan.gpkg -o reply.csv", "gridkit edits reply plan.gpkg -o reply.xlsx"),
    ),
    Command(
        "codes",
        "change",
        "codes",
        "Give the grids of a plan new codes, west to east within rows from north to south.",
        ("gridkit codes plan.gpkg -o coded.gpkg", "gridkit codes plan.gpkg --template 'Q-{seq:4}' -o coded.gpkg"),
    ),
    Command(
        "part",
        "change",
        "part",
        "Write one plan per subdistrict, to be worked on apart.",
        ("gridkit part plan.gpkg --by name -o parts", "gridkit part plan.gpkg --by name -o parts --overwrite"),
    ),
    Command(
        "join",
        "change",
        "join",
        "Put the plans of subdistricts together again; edges that no longer match are refused.",
        (
            "gridkit join plan.gpkg streets/*.gpkg -o joined.gpkg",
            "gridkit join plan.gpkg streets/*.gpkg --overwrite",
        ),
    ),
    # ------------------------------------------------------------------ hand out
    Command(
        "report",
        "hand out",
        "report",
        "Write the workbook of a plan: summary, grids, audit, incidents, coverage, staff, changes, with charts.",
        (
            "gridkit report plan.gpkg -o report.xlsx",
            "gridkit report plan.gpkg --against grids_last_year.gpkg -o report.xlsx",
        ),
    ),
    Command(
        "scorecard",
        "hand out",
        "scorecard",
        "Put the indicators of a plan side by side by grid, community and subdistrict, each with n of N: two pages for "
        "a meeting, a workbook or a map; with what is missing and who could supply it. No total score, no ranks.",
        (
            "gridkit scorecard plan.gpkg -o scorecard.pdf",
            "gridkit scorecard plan.gpkg --lang en -o scorecard.xlsx",
            "gridkit scorecard plan.gpkg -o scorecard.html",
        ),
    ),
    Command(
        "cards",
        "hand out",
        "cards",
        "Write one sheet of A4 per grid: map, code, head, people, four bounds, services.",
        ("gridkit cards plan.gpkg -o cards.pdf", "gridkit cards plan.gpkg --grid 329901001001001 -o one-card.pdf"),
    ),
    Command(
        "papers",
        "hand out",
        "papers",
        "Write the papers of an office as PDF: division scheme, list of grids, atlas, notice boards, old and new "
        "codes, opinions and replies, comment slips, sheets for walking the lines, ledger of visits.",
        (
            "gridkit papers plan.gpkg -o papers",
            "gridkit papers plan.gpkg --against grids_last_year.gpkg --paper A3 -o papers",
            "gridkit papers plan.gpkg --only board --grid 329901001001001 -o boards",
        ),
    ),
    Command(
        "publish",
        "hand out",
        "publish",
        "Publish a plan: a page, a workbook of the public columns, and a note of what was withheld, so that nobody can "
        "compute a small count from them and all that was published of the plan before.",
        (
            "gridkit publish plan.gpkg -o public",
            "gridkit publish plan.gpkg --approval 'S(2026)001' --lang en -o public --overwrite",
        ),
    ),
    Command(
        "export",
        "hand out",
        "export",
        "Write grids or units as GeoJSON, GeoPackage, Shapefile, KML, CSV, GeoParquet or SVG, by the file's ending; or "
        "as a data centre takes them in, by a scheme.",
        (
            "gridkit export plan.gpkg -o grids.geojson",
            "gridkit export plan.gpkg --table units -o units.parquet",
            "gridkit export plan.gpkg -o grids.csv",
            "gridkit export plan.gpkg --scheme cn-unit -o delivery",
        ),
    ),
    # ------------------------------------------------------------------ about
    Command(
        "presets",
        "about",
        "presets",
        "List the kinds of grid: what each balances, to which size, and which of its numbers nobody has verified.",
        ("gridkit presets", "gridkit presets cn-social --json"),
    ),
    Command(
        "exit-codes",
        "about",
        "exit_codes",
        "List what the exit codes mean.",
        ("gridkit exit-codes", "gridkit exit-codes --json"),
    ),
    Command(
        "explain",
        "about",
        "explain",
        "Say what an error means and how to fix it, by the code at the end of its line; all codes when none is given.",
        ("gridkit explain GK401", "gridkit explain"),
    ),
    # ------------------------------------------------------------------ the parts alone, in Python only
    Command("blocks", "", "blocks", "The blocks that lines enclose in an area.", ()),
    Command("people", "", "people", "How many people live in each polygon.", ()),
    Command("borders", "", "borders", "Which polygons touch, along how many metres, and what runs there.", ()),
    Command("labels", "", "labels", "Polygons in balanced groups, each in one piece.", ()),
    Command("coverage", "", "coverage", "Minutes from each place to the nearest facility.", ()),
    Command("hot-spots", "", "hot_spots", "Polygons with more incidents than chance explains.", ()),
    Command("compactness", "", "compactness", "How compact each polygon is.", ()),
)
COMMANDS = {each.name: each for each in _ALL}
"""By their words on the command line, in the order of ``gridkit --help``; those of no task are functions alone."""

FAMILIES = {
    "departments": "Departments' nets over a plan's grids.",
    "edits": "Import officials' edits from the map, and answer them.",
}
"""Commands that are the first of two words."""
