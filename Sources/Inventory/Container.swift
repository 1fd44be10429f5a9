/// A whole container as one Engine describes it.
package struct Container: Hashable, Sendable {
    package var id: ContainerID
    package var status: Status
    package var network: Network
    package var config: Config
    /// Nil when it belongs to no stack.
    package var compose: Compose?

    package init(id: ContainerID, status: Status, network: Network, config: Config, compose: Compose? = nil) {
        self.id = id
        self.status = status
        self.network = network
        self.config = config
        self.compose = compose
    }
}
