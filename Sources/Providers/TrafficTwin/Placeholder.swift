// TrafficTwin
