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
        let python = try #require(Tool.python)
        try await ServedTwin.run { served in
            let run = try await served.aimed(python).run(["-c", Self.script])
            #expect(
                run.output == "listed True\nwatched MODIFIED red\nrefused 404 Not Found\n",
                "\(run)"
            )
        }
    }

    private static let workloads = """
        import threading, time
        from kubernetes import client, config, watch
        config.load_kube_config()
        apps = client.AppsV1Api()
        labels = {"app": "web"}
        container = client.V1Container(
            name="main", image="web:1", ports=[client.V1ContainerPort(container_port=80)])
        template = client.V1PodTemplateSpec(
            metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container]))
        apps.create_namespaced_deployment("default", client.V1Deployment(
            metadata=client.V1ObjectMeta(name="web"),
            spec=client.V1DeploymentSpec(
                replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)))
        for event in watch.Watch().stream(
                apps.list_namespaced_deployment, "default", timeout_seconds=20):
            if event["object"].status.ready_replicas == 2:
                print("ready", event["object"].metadata.name)
                break
        pods = client.CoreV1Api().list_pod_for_all_namespaces(label_selector="app=web", limit=1)
        print("page", len(pods.items), pods.metadata.remaining_item_count)
        patched = apps.patch_namespaced_deployment("web", "default", {"spec": {"template": {"spec": {
            "containers": [{"name": "main", "env": [{"name": "A", "value": "1"}]}]}}}})
        main = patched.spec.template.spec.containers[0]
        print("merged", main.image, main.env[0].value)
        replaced = apps.patch_namespaced_deployment("web", "default", [
            {"op": "replace", "path": "/spec/replicas", "value": 1}])
        print("replaced", replaced.spec.replicas)
        scale = apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 3}})
        print("scaled", scale.spec.replicas)
        client.ApiextensionsV1Api().create_custom_resource_definition({
            "metadata": {"name": "boats.example.com"}, "spec": {
                "group": "example.com", "scope": "Namespaced",
                "names": {"plural": "boats", "kind": "Boat"},
                "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {"spec": {
                        "type": "object", "properties": {"oars": {"type": "integer"}}}}}}}]}})
        custom = client.CustomObjectsApi()
        place = ("example.com", "v1", "default", "boats")
        custom.create_namespaced_custom_object(*place, {
            "apiVersion": "example.com/v1", "kind": "Boat",
            "metadata": {"name": "argo"}, "spec": {"oars": 50}})
        custom.patch_namespaced_custom_object(*place, "argo", {"spec": {"oars": 20}})
        print("boats", [b["spec"]["oars"] for b in
                        custom.list_namespaced_custom_object(*place)["items"]])
        """

    @Test func `Python drives workloads and custom resources`() async throws {
        let python = try #require(Tool.python)
        try await ServedTwin.run { served in
            let run = try await served.aimed(python).run(["-c", Self.workloads])
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(
                lines == [
                    "ready web", "page 1 None", "merged web:1 1", "replaced 1", "scaled 3",
                    "boats [20]",
                ],
                "\(run)"
            )
        }
    }
}
