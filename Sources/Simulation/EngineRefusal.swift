/// What the Engine answers when it does not do what was asked: a status and its sentence.
package struct EngineRefusal: Error, Hashable, Sendable {
    /// The HTTP status, such as 404.
    package let status: Int
    /// The Engine's wording, as version 20.10 has it.
    package let message: String

    package init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// There is nothing to do: HTTP 304, which has no body.
    static let notModified = EngineRefusal(304, "")

    static func noSuchContainer(_ reference: String) -> EngineRefusal {
        EngineRefusal(404, "No such container: \(reference)")
    }

    static let pageNotFound = EngineRefusal(404, "page not found")
}
