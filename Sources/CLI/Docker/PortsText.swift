package import Inventory

/// Ports as docker lists them, neighbours joined to ranges: `0.0.0.0:80-81->80-81/tcp, 443/tcp`.
///
/// The rules are those of the docker CLI's `DisplayablePorts` (20.10): ports published under their own number
/// are joined per address and type, others stand alone at the end.
package func portsText(_ ports: [Port]) -> String {
    guard !ports.isEmpty else { return "" }
    var finished: [String] = []
    var mapped: [String] = []
    var open: [PortRange] = []
    for port in ports.sorted(by: isBefore) {
        if !port.ip.isEmpty, port.publicPort != port.privatePort {
            mapped.append("\(port.ip):\(port.publicPort)->\(port.privatePort)/\(port.type)")
            continue
        }
        guard let index = open.firstIndex(where: { $0.ip == port.ip && $0.type == port.type }) else {
            open.append(
                PortRange(ip: port.ip, type: port.type, first: port.privatePort, last: port.privatePort))
            continue
        }
        if open[index].last < .max, port.privatePort == open[index].last + 1 {
            open[index].last = port.privatePort
        } else {
            finished.append(open[index].text)
            open[index].first = port.privatePort
            open[index].last = port.privatePort
        }
    }
    return (finished + open.map(\.text) + mapped).joined(separator: ", ")
}

private struct PortRange {
    var ip: String
    var type: String
    var first: UInt16
    var last: UInt16

    var text: String {
        let range = first == last ? "\(first)" : "\(first)-\(last)"
        return ip.isEmpty ? "\(range)/\(type)" : "\(ip):\(range)->\(range)/\(type)"
    }
}

private func isBefore(_ one: Port, _ other: Port) -> Bool {
    (one.privatePort, one.ip, one.publicPort, one.type) < (
        other.privatePort, other.ip, other.publicPort, other.type
    )
}
