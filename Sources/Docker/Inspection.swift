package import Inventory

/// One container as `GET /containers/{id}/json` described it, before anything was redacted or cut.
///
/// Labels and environment may be huge and secret: they are slices of the answer itself, so that whoever keeps less
/// of them keeps no copy. Don't store an `Inspection`; make a record of it and let it go.
package struct Inspection: Sendable {
    /// One label as bytes of valid UTF-8.
    package struct Label: Sendable {
        package let name: ArraySlice<UInt8>
        package let value: ArraySlice<UInt8>

        package init(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
            self.name = name
            self.value = value
        }
    }

    package let id: ContainerID
    package var status = Status(state: .created)
    package var network = Network()
    /// Everything but labels and environment; `image` is the reference that the container was made from.
    package var config = Config(name: "")
    package var labels: [Label] = []
    /// As `NAME=value`.
    package var environment: [ArraySlice<UInt8>] = []

    /// Nothing but the id yet, for simulated hosts that have no Engine to ask.
    package init(id: ContainerID) {
        self.id = id
    }
}
