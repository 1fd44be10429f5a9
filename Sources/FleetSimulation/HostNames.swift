import Inventory
import Wire

/// How simulated hosts are called and labelled; follows from their number alone, so that a fleet can grow.
enum HostNames {
    /// Ids with the names that people see; the latter are free text, so some are not English.
    private static let known = [
        ("attic", "Attic"), ("cellar", "Keller"), ("kitchen", "Küche"), ("garage", "Garage"),
        ("study", "書斎"), ("shed", "Skjul"), ("lab", "Laboratório"), ("office", "Büro"),
        ("rack-1", "Rack 1"), ("rack-2", "Rack 2"), ("edge-1", "Ægir"), ("edge-2", "Žižkov"),
    ]
    private static let sites = ["home", "home", "home", "home", "home", "home", "lab", "office"]

    /// What the host of this number says of itself; nil when there can't be so many.
    static func description(of number: Int) -> HostDescription? {
        let id = known.indices.contains(number) ? known[number].0 : "host-\(padded(number))"
        guard let id = HostID(id) else { return nil }
        let name = known.indices.contains(number) ? known[number].1 : id.rawValue
        var description = HostDescription(id: id, name: name)
        description.address = "192.0.2.\(1 + number % 254)"
        description.labels = [
            "site": sites.indices.contains(number) ? sites[number] : "dc-\(1 + number / 100 % 9)",
            "zone": ["a", "b", "c"][number % 3], "simulated": "true",
        ]
        return description
    }

    private static func padded(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
