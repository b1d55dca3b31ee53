using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Replay;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Replay;

public class ReplayPlannerTests
{
    [Theory]
    [InlineData(CallSource.Browser, "barge-in", false)]
    [InlineData(CallSource.Browser, "mute", true)]
    [InlineData(CallSource.Telephone, "barge-in", false)]
    [InlineData(CallSource.Telephone, "mute", false)] // who telephones may always speak over the assistant
    public void A_call_is_muted_in_a_replay_as_it_was_in_serve(CallSource source, string mode, bool isMuted)
    {
        var folder = TestFolder.New().FullName;
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            $$"""{"realtime.echo.mode": {"value": "{{mode}}", "origin": "--set"} }""");
        var began = new TimelineEntry.Began(1, "s-1", DateTimeOffset.UnixEpoch, "browser", source, Realtime: true);
        var (plan, _) = new ReplayPlanner(Repository.Root, new VoiceApp()).Plan(folder, began, [], warning => Assert.Fail(warning));
        Assert.Equal(isMuted, plan.Session.Playback.MuteWhileHeard);
    }
}
