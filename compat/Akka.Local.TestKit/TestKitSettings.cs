using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>How patient the test kit is.</summary>
public class TestKitSettings(Config config) : IExtension
{
    public TimeSpan DefaultTimeout { get; } = config.GetTimeSpan("akka.test.default-timeout", allowInfinite: false);
    public TimeSpan SingleExpectDefault { get; } = config.GetTimeSpan("akka.test.single-expect-default", allowInfinite: false);
    public TimeSpan TestEventFilterLeeway { get; } = config.GetTimeSpan("akka.test.filter-leeway", allowInfinite: false);
    public double TestTimeFactor { get; } = config.GetDouble("akka.test.timefactor");
}
