import Inventory

/// One thing that happened to a simulated fleet.
package struct Deed: Hashable, Sendable {
    /// The kinds of things that happen, commonest first.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case health, restart, crash, comeback, stop, start, pause, unpause, recreate, network, rename, scale
        case redeploy, run, remove
        /// The host's connection broke, and is made anew at once.
        case drop
        /// The host can't be heard for a while.
        case outage
        /// The host is heard again.
        case healed
        /// The host's agent was started anew, with or without a goodbye.
        case agent
    }

    package let kind: Kind
    /// What happened to what, such as `attic: shop-web-1 is unhealthy`; the same in every run of a plan.
    package let text: String
    /// The containers whose records may have changed, by the hosts' numbers.
    let touched: [(host: Int, ids: [ContainerID])]

    init(_ kind: Kind, _ text: String, _ touched: [(host: Int, ids: [ContainerID])] = []) {
        self.kind = kind
        self.text = text
        self.touched = touched
    }

    package static func == (one: Deed, other: Deed) -> Bool {
        one.kind == other.kind && one.text == other.text
            && one.touched.elementsEqual(other.touched) { $0.host == $1.host && $0.ids == $1.ids }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(text)
    }
}
