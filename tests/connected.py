"""The contiguous sets of nodes of a tiny graph of the splitter, found by looking at every set there is."""


def contiguous_sets(graph):
    """Return each contiguous set as a sorted tuple, with half the metres of the borders around it."""
    size = len(graph.weight)
    near = [graph.neighbour[graph.start[node] : graph.start[node + 1]].tolist() for node in range(size)]
    sets = [tuple(node for node in range(size) if number >> node & 1) for number in range(1, 1 << size)]
    return {chosen: half_border(graph, chosen) for chosen in sets if hangs_together(near, chosen)}


def hangs_together(near, chosen):
    """Say whether all nodes of a set are reached from its first over nodes of the set."""
    left, todo = set(chosen[1:]), [chosen[0]]
    while todo:
        met = left.intersection(near[todo.pop()])
        left -= met
        todo.extend(met)
    return not left


def half_border(graph, chosen):
    """Return half the metres of the borders around a set."""
    return sum(
        graph.price[at] / 2
        for node in chosen
        for at in range(graph.start[node], graph.start[node + 1])
        if graph.neighbour[at] not in chosen
    )
