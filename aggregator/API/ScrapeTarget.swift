import AggregatorCore
import Fleet
import Inventory
import JSON

/// One address of a container that a Prometheus can scrape, with what is known of it (requirement H4).
///
/// The labels are those of Prometheus' own `docker_sd_configs`, so that relabelling written for it goes on working, and
/// `__meta_bayplan_…` beside them.
/// <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#docker_sd_config>
struct ScrapeTarget: Hashable, Sendable {
    let address: String
    /// Sorted by name.
    let labels: [Label]

    /// A name that Prometheus accepts, and any value.
    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// A label's name as Prometheus accepts it: what isn't a letter, digit or `_` of ASCII becomes `_`.
    static func sanitized(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_": scalar
                    default: "_"
                    }
                }))
    }

    /// Writes it as a group of its own, in the form of `http_sd_configs` and `file_sd_configs`.
    func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("targets") { $0.string(address) }
            writer.object("labels") { writer in
                for label in labels {
                    writer.key(label.name)
                    writer.string(label.value)
                }
            }
        }
    }
}

extension ScrapeTarget {
    /// Everything that the targets of one container share.
    struct Common {
        private var labels: [String: String] = [:]

        init(_ container: ContainerSummary, on host: HostInfo) {
            // Of several names that become the same one, the first in byte order counts.
            for (name, value) in container.config.labels.sorted(by: { $0.key > $1.key }) {
                labels["__meta_docker_container_label_" + sanitized(name)] = value
            }
            for (name, value) in host.labels.sorted(by: { $0.key > $1.key }) {
                labels["__meta_bayplan_host_label_" + sanitized(name)] = value
            }
            self["docker_container_id"] = container.id.description
            self["docker_container_name"] = "/" + container.config.name
            self["docker_container_network_mode"] = container.network.mode
            self["bayplan_host"] = host.id.rawValue
            self["bayplan_host_name"] = host.name
            self["bayplan_host_state"] = host.condition.rawValue
            self["bayplan_host_address"] = host.address
            self["bayplan_container_image"] = container.config.image
            self["bayplan_container_state"] = container.status.state.rawValue
            self["bayplan_container_health"] = container.status.health?.status ?? "none"
            if let compose = container.compose {
                self["bayplan_stack"] = compose.project
                self["bayplan_stack_kind"] = compose.kind
                self["bayplan_service"] = compose.service
            }
        }

        private subscript(name: String) -> String? {
            get { labels["__meta_" + name] }
            set { labels["__meta_" + name] = newValue }
        }

        /// A target with these labels, and those of a network and a port.
        func target(_ address: String, _ endpoint: Endpoint?, _ port: Port?) -> ScrapeTarget {
            var own = self
            if let endpoint {
                own["docker_network_id"] = endpoint.id
                own["docker_network_name"] = endpoint.name
                own["docker_network_ip"] = endpoint.ip
            }
            if let port {
                own["docker_port_private"] = String(port.privatePort)
                if port.publicPort > 0 {
                    own["docker_port_public"] = String(port.publicPort)
                    own["docker_port_public_ip"] = port.ip
                }
            }
            let labels = own.labels.map { Label(name: $0.key, value: $0.value) }
            return ScrapeTarget(address: address, labels: labels.sorted { $0.name < $1.name })
        }
    }
}
