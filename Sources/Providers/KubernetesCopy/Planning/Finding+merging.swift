import MigrationModel

extension Finding {
    /// One finding where many say the same of different objects.
    static func merged(_ findings: [Finding]) -> [Finding] {
        var merged: [Finding] = []
        var places: [Finding: Int] = [:]
        for finding in findings {
            var about = finding
            about.objects = []
            if let place = places[about] {
                merged[place].objects = (merged[place].objects + finding.objects).sorted()
            } else {
                places[about] = merged.count
                merged.append(finding)
            }
        }
        return merged
    }
}
