import Fleet
import Inventory
import Metrics

extension Exposition {
    /// Series for each container, at most so many, those of the first hosts first; none unless they are switched on.
    ///
    /// Labels as cAdvisor has them (`id`, `name`, `image`, `container_label_com_docker_compose_…`), and `host`.
    /// Samples from before `notBefore`, on the aggregator's monotonic clock, are left out.
    mutating func containers(_ view: FleetView, limit: Int, notBefore: Int64) {
        guard limit > 0 else { return }
        var query = Query()
        query.limit = limit
        let found = view.containers(matching: query)
        family(
            "bayplan_containers_without_series", .gauge, "Containers past --metrics-containers.",
            Int64(found.total - found.slots.count))
        let all = found.slots.map { slot in
            let container = view.summary(slot)
            return (slot: slot, container: container, labels: Self.labels(of: container))
        }
        family("bayplan_container_state", .gauge, "The Engine's state of the container; always 1.") {
            family in
            for (_, container, labels) in all {
                family.sample(1, labels + [("state", container.status.state.rawValue)])
            }
        }
        family("bayplan_container_health", .gauge, "What the container's health check says; always 1.") {
            family in
            for (_, container, labels) in all {
                guard let health = container.status.health else { continue }
                family.sample(1, labels + [("health", health.status)])
            }
        }
        family(
            "bayplan_container_restarts_total", .counter, "Times that the Engine started the container again."
        ) {
            family in
            for (_, container, labels) in all { family.sample(container.status.restartCount, labels) }
        }
        family("container_start_time_seconds", .gauge, "When the container was started last.") { family in
            for (_, container, labels) in all where container.status.startedAt > 0 {
                family.sample(decimal: Double(container.status.startedAt) / 1_000, labels)
            }
        }
        usage(
            all.compactMap { slot, _, labels in
                guard let (sample, at) = view.stats(of: slot), at >= notBefore else { return nil }
                return (sample, labels)
            })
    }

    private static func labels(of container: ContainerSummary) -> [Label] {
        var labels: [Label] = [
            ("host", container.hostID.rawValue), ("id", container.id.description),
            ("name", container.config.name),
            ("image", container.config.image),
        ]
        if let compose = container.compose {
            labels.append(("container_label_com_docker_compose_project", compose.project))
            labels.append(("container_label_com_docker_compose_service", compose.service))
        }
        return labels
    }
}
