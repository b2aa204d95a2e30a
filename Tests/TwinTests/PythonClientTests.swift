import Testing

/// Python's `kubernetes` client against the TLS face.
@Suite(.enabled(if: Tool.python != nil, "no Python with the kubernetes client is at hand"))
struct PythonClientTests {
    private static let script = """
        import threading
        from kubernetes import client, config, watch
        config.load_kube_config()
        core = client.CoreV1Api()
        core.create_namespace({"metadata": {"name": "shop"}})
        first = core.create_namespaced_config_map(
            "shop", {"metadata": {"name": "settings"}, "data": {"colour": "blue"}})
        names = [m.metadata.name for m in core.list_namespaced_config_map("shop").items]
        print("listed", "settings" in names)
        def change():
            core.patch_namespaced_config_map(
                "settings", "shop", {"data": {"colour": "red"}},
                _content_type="application/merge-patch+json")
        threading.Timer(0.5, change).start()
        follower = watch.Watch()
        for event in follower.stream(
                core.list_namespaced_config_map, "shop", timeout_seconds=10,
                resource_version=first.metadata.resource_version):
            if event["object"].metadata.name == "settings":
                print("watched", event["type"], event["object"].data["colour"])
                follower.stop()
        try:
            core.read_namespaced_config_map("none", "shop")
        except client.ApiException as problem:
            print("refused", problem.status, problem.reason)
        """

    @Test func `Python lists, watches and patches`() async throws {
        guard let python = Tool.python else { return }
        try await ServedTwin.run { served in
            let run = try await served.aimed(python).run(["-c", Self.script])
            #expect(
                run.output == "listed True\nwatched MODIFIED red\nrefused 404 Not Found\n",
                "\(run)"
            )
        }
    }
}
