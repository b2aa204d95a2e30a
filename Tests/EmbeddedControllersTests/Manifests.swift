/// The objects that the tests begin with, as a person would apply them.
enum Manifests {
    static func deployment(
        _ name: String,
        replicas: Int,
        image: String = "a:1",
        more: String = ""
    ) -> String {
        """
        {"apiVersion":"apps/v1","kind":"Deployment",
         "metadata":{"name":"\(name)","namespace":"default","annotations":{"team":"blue"}},
         "spec":{"replicas":\(replicas),"progressDeadlineSeconds":600,"revisionHistoryLimit":10,
         "selector":{"matchLabels":{"app":"\(name)"}},\(more)
         "template":{"metadata":{"labels":{"app":"\(name)"}},
         "spec":{"containers":[{"name":"main","image":"\(image)",
         "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}]}]}}}}
        """
    }

    static func service(_ name: String, selector: String?, more: String = "") -> String {
        let selection = selector.map { "\"selector\":{\"app\":\"\($0)\"}," } ?? ""
        return """
            {"apiVersion":"v1","kind":"Service",
             "metadata":{"name":"\(name)","namespace":"default","labels":{"tier":"front"}},
             "spec":{"type":"ClusterIP","ipFamilies":["IPv4"],\(selection)\(more)
             "ports":[{"name":"web","port":80,"targetPort":"http","protocol":"TCP"}]}}
            """
    }

    static func pod(_ name: String, app: String) -> String {
        """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"\(name)","namespace":"default","labels":{"app":"\(app)"}},
         "spec":{"containers":[{"name":"main","image":"a:1",
         "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}]}]}}
        """
    }

    static func configMap(_ name: String, owners: String = "", finalizers: String = "") -> String {
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\(name)","namespace":"default",
         "ownerReferences":[\(owners)],"finalizers":[\(finalizers)]}}
        """
    }
}
