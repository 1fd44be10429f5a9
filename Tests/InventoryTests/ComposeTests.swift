import Inventory
import Testing

/// Requirements B5 and B13: which stack a container belongs to.
@Suite struct `The stack that labels tell of` {
    @Test func `is the one of docker-compose 1_29`() throws {
        let compose = try #require(
            Compose(labels: [
                "com.docker.compose.config-hash": "c0ffee",
                "com.docker.compose.container-number": "2",
                "com.docker.compose.oneoff": "False",
                "com.docker.compose.project": "shop",
                "com.docker.compose.project.config_files": "docker-compose.yml,docker-compose.override.yml",
                "com.docker.compose.project.working_dir": "/srv/shop",
                "com.docker.compose.service": "web",
                "com.docker.compose.version": "1.29.2",
            ]))
        #expect(compose.kind == Compose.compose)
        #expect(compose.project == "shop")
        #expect(compose.service == "web")
        #expect(compose.number == 2)
        #expect(compose.configFiles == ["docker-compose.yml", "docker-compose.override.yml"])
        #expect(compose.workingDirectory == "/srv/shop")
        #expect(compose.dependsOn.isEmpty)
        #expect(!compose.isOneOff)
    }

    @Test func `is the one of Compose v2, with what it depends on`() throws {
        let compose = try #require(
            Compose(labels: [
                "com.docker.compose.container-number": "1",
                "com.docker.compose.depends_on": "db:service_healthy:true,cache:service_started:false,init",
                "com.docker.compose.image": "sha256:00",
                "com.docker.compose.oneoff": "False",
                "com.docker.compose.project": "shop",
                "com.docker.compose.project.config_files": "/srv/shop/compose.yaml, /srv/shop/more.yaml",
                "com.docker.compose.project.working_dir": "/srv/shop",
                "com.docker.compose.service": "api",
                "com.docker.compose.version": "2.27.1",
            ]))
        #expect(compose.dependsOn == ["db", "cache", "init"])
        #expect(compose.configFiles == ["/srv/shop/compose.yaml", "/srv/shop/more.yaml"])
        #expect(compose.number == 1)
    }

    @Test(arguments: [("True", true), ("true", true), ("False", false), ("", false), ("1", false)])
    func `knows a container that was only run once`(value: String, isOneOff: Bool) {
        let compose = Compose(labels: ["com.docker.compose.project": "p", "com.docker.compose.oneoff": value])
        #expect(compose?.isOneOff == isOneOff)
    }

    @Test(arguments: [
        ("shop_web", "shop_web.3.x1y2z3", "web", 3), ("shop_web", "shop_web.k8x1.x1y2z3", "web", 0),
        ("other", "other.1.x", "other", 1), ("", "", "", 0), ("shop_", "shop_.1.x", "", 1),
    ])
    func `is the one of docker stack deploy`(name: String, task: String, service: String, number: Int64)
        throws
    {
        let compose = try #require(
            Compose(labels: [
                "com.docker.stack.namespace": "shop", "com.docker.swarm.service.name": name,
                "com.docker.swarm.task.name": task, "com.docker.swarm.node.id": "n",
            ]))
        #expect(compose.kind == Compose.swarm)
        #expect(compose.project == "shop")
        #expect(compose.service == service)
        #expect(compose.number == number)
    }

    /// The global mode's task name has the node's id where a replica's has its number.
    @Test func `is Compose's when both speak, and none when neither does`() {
        let both = Compose(labels: ["com.docker.compose.project": "c", "com.docker.stack.namespace": "s"])
        #expect(both?.kind == Compose.compose)
        #expect(Compose(labels: [:]) == nil)
        #expect(Compose(labels: ["com.docker.compose.service": "web"]) == nil)
        #expect(Compose(labels: ["com.docker.compose.project": "", "com.docker.stack.namespace": ""]) == nil)
        #expect(Compose(labels: ["com.docker.swarm.service.name": "web"]) == nil)
    }

    @Test(arguments: ["", "x", "1.5", "99999999999999999999", "-", " 1"])
    func `has number 0 when the label is none`(number: String) {
        let compose = Compose(labels: [
            "com.docker.compose.project": "p", "com.docker.compose.container-number": number,
        ])
        #expect(compose?.number == 0)
    }
}
