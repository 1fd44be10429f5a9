/// A small fleet as the API tells it.
enum FleetFixture {
    static let webID = String(repeating: "a1", count: 32)
    static let dbID = String(repeating: "b2", count: 32)
    static let oldID = String(repeating: "a1", count: 31) + "ff"

    static let hosts = #"""
        {"revision":"r.7","items":[
        {"id":"h1","name":"node1","state":"live","address":"10.0.0.1","engine":{"version":"20.10.24","state":"reachable"},
        "agent":{"version":"0.1.0"},"containers":2,"running":1,"lastHeard":1795172693000,"ageMs":1000},
        {"id":"h2","name":"node2","state":"silent","engine":{"version":"24.0"},"containers":1,"running":1,"ageMs":185000}]}
        """#

    static let web = #"""
        {"host":"h1","hostName":"node1","id":"\#(webID)","name":"web","status":{"state":"running","pid":77,
        "startedAt":1795165494000,"health":{"status":"healthy"}},"network":{"mode":"shop_default","ports":[
        {"privatePort":80,"publicPort":8080,"ip":"0.0.0.0"},{"privatePort":443}],"networks":[{"name":"shop_default",
        "ip":"172.18.0.2","aliases":["web"]},{"name":"front"}]},"config":{"name":"web","image":"nginx:1.25",
        "imageId":"sha256:0","created":1795165493000,"entrypoint":["/entry.sh"],"command":["nginx","-g","daemon off;"],
        "labels":{"tier":"front","app":"web","evil":"\u001b[31m\n\u202e"},"env":{"SECRET":{"digest":"0123456789abcdef"},
        "MODE":{"value":"prod"}},"restartPolicy":{"name":"always"},"mounts":[{"type":"volume","name":"data",
        "source":"/var/lib/docker/volumes/data/_data","destination":"/data","driver":"local","rw":true},{"type":"bind",
        "source":"/etc/nginx/conf.d","destination":"/conf"}],"logDriver":"json-file"},"compose":{"kind":"compose",
        "project":"shop","service":"web","number":1,"configFiles":["/srv/shop.yml"]},"changedAt":1795165494000}
        """#

    static let db = #"""
        {"host":"h2","hostName":"node2","id":"\#(dbID)","name":"db","status":{"state":"running","startedAt":1795172690000},
        "network":{"networks":[{"name":"bridge"}]},"config":{"name":"db","image":"postgres:16","created":1795172689000,
        "command":["postgres"]},"compose":{"kind":"compose","project":"shop"}}
        """#

    static let old = #"""
        {"host":"h1","hostName":"node1","id":"\#(oldID)","name":"old","status":{"state":"exited","startedAt":1795000000000,
        "finishedAt":1795172514000,"exitCode":137},"config":{"name":"old","image":"busybox","created":1794999999000,
        "command":["sleep","infinity"]}}
        """#

    static let containers = #"{"revision":"r.7","total":3,"items":[\#(old),\#(web),\#(db)]}"#

    static let stacks = #"""
        {"revision":"r.7","items":[{"name":"shop","kind":"compose","hosts":["h1","h2"],"services":2,"containers":2,"running":2}]}
        """#

    static let shop = #"""
        {"name":"shop","kind":"compose","revision":"r.7","services":[{"name":"web","containers":1,"running":1,"healthy":1},
        {"name":"unknown","containers":1,"running":1,"healthy":0}],"items":[\#(web),\#(db)]}
        """#

    static let all = [
        "GET /api/v1/hosts": hosts, "GET /api/v1/containers?": containers, "GET /api/v1/stacks": stacks,
        "GET /api/v1/stacks/shop": shop, "GET /api/v1/containers/h1/\(webID)": web,
        "GET /api/v1/containers/h2/\(dbID)": db,
        "GET /api/v1/version": #"{"version":"0.1.0","apiVersion":"v1","protocols":[1]}"#,
        "GET /api/v1/config": #"{"items":[{"name":"http","value":"127.0.0.1:4681","origin":"default"}]}"#,
    ]
}
