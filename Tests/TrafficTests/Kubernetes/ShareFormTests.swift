import JSONValues
import KubernetesObjects
import MigrationModel
import Testing

@testable import TrafficKubernetes

/// How backends are told, and how parts are rounded.
@Suite struct ShareFormTests {
    @Test(arguments: [
        (BackendListKind.httpRoute, "web", true), (.httpRoute, "web:80", true),
        (.httpRoute, "shop/web:80", true), (.httpRoute, "web:81", false),
        (.httpRoute, "pay/web", false), (.virtualService, "web", true),
        (.virtualService, "web.shop.svc.cluster.local", true), (.virtualService, "web:80", true),
        (.virtualService, "web.pay.svc.cluster.local", false), (.virtualService, "web/v2", false),
        (.trafficSplit, "web", true), (.trafficSplit, "we", false),
    ])
    func `a backend is found by what its kind calls it`(
        kind: BackendListKind,
        text: String,
        isFound: Bool
    ) {
        let element: JSON =
            switch kind {
            case .virtualService: ["destination": ["host": "web", "port": ["number": 80]]]
            case .trafficSplit: ["service": "web"]
            default: ["name": "web", "port": 80]
            }
        #expect(BackendList.of(kind).matches(element, text, in: "shop") == isFound)
    }

    @Test func `a subset is part of a destination's name`() {
        let list = BackendList.of(.virtualService)
        let element: JSON = ["destination": ["host": "web.shop.svc.cluster.local", "subset": "v2"]]
        #expect(list.matches(element, "web/v2", in: "shop"))
        #expect(!list.matches(element, "web/v1", in: "shop"))
        #expect(!list.matches(element, "web", in: "shop"))
    }

    @Test func `neither a part nor the rest is rounded away`() throws {
        for scale in [3, 7, 100, 255] {
            for percent in 0...100 {
                let weight = try #require(Weight(percent: percent))
                let part = WeightPair.part(weight, of: scale)
                #expect((0...scale).contains(part))
                #expect((part == 0) == (percent == 0))
                #expect((part == scale) == (percent == 100))
            }
        }
    }

    @Test func `a share is none or all only when it is exactly so`() {
        #expect(Weight(source: 1, target: 0) == Weight.none)
        #expect(Weight(source: 0, target: 1) == .all)
        #expect(Weight(source: 999, target: 1)?.percent == 1)
        #expect(Weight(source: 1, target: 999)?.percent == 99)
        #expect(Weight(source: 0, target: 0) == nil)
        #expect(Weight(source: -1, target: 1) == nil)
    }

    @Test func `what stands in a list that is written whole belongs to who wrote the list`() throws
    {
        func entry(_ manager: String, _ time: String, _ fields: String) -> JSON {
            let json = (try? JSON.parse(fields)) ?? .null
            return [
                "manager": .string(manager), "operation": "Update", "apiVersion": "v1",
                "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": json,
            ]
        }
        let object: JSON = [
            "metadata": [
                "managedFields": [
                    entry("whole", "2026-01-01T00:00:00Z", #"{"f:spec":{"f:rules":{}}}"#),
                    entry(
                        "keyed",
                        "2026-01-02T00:00:00Z",
                        #"{"f:spec":{"f:list":{"k:{\"name\":\"b\"}":{".":{},"f:weight":{}}}}}"#
                    ),
                    entry("other", "2026-01-03T00:00:00Z", #"{"f:spec":{".":{},"f:x":{}}}"#),
                    entry("later", "2026-01-04T00:00:00Z", #"{"f:spec":{"f:rules":{}}}"#),
                ]
            ],
            "spec": [
                "rules": [["weight": 1]],
                "list": [["name": "a", "weight": 1], ["name": "b", "weight": 2]],
            ],
        ]
        let managed = ManagedFields(of: object)
        func owners(_ pointer: String) -> [String] {
            managed.owners(of: JSONPointer(pointer), in: object).map(\.manager.name)
        }
        #expect(owners("/spec/rules/0/weight") == ["later", "whole"])
        #expect(owners("/spec/list/1/weight") == ["keyed"])
        #expect(owners("/spec/list/0/weight") == [])
        #expect(owners("/spec/x") == ["other"])
    }
}
