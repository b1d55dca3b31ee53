using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests;

/// <summary>The microphone station with a user who presses Enter.</summary>
public sealed class PushToTalkTests : ActorSpec
{
    private readonly ScriptedMicrophone _device = new();
    private readonly ScriptedKey _key = new();
    private readonly TestProbe _connection;
    private readonly IActorRef _mic;

    public PushToTalkTests()
    {
        _connection = CreateTestProbe("connection");
        var settings = Given.Mic with { ManualSilence = TimeSpan.FromMilliseconds(40), Ring = 20 * Given.Frame };
        _mic = Play(MicActor.Props(settings, Given.Ports(_device, Time) with { Key = _key }, CreateTestProbe("socket"),
            CreateTestProbe("turns"), CreateTestProbe("playback")));
        _connection.Send(_mic, new MicMessages.ResetCredit(100));
        Pass(_mic);
    }

    [Fact]
    public void Enter_commits_behind_the_sound_that_it_commits_and_a_pause_does_not()
    {
        Hear(Given.Speech, 6);
        Hear(Given.Silence, 10);
        ExpectSound(16);

        Press();
        Hear(Given.Silence, 6);

        ExpectSound(6);
        Assert.Equal("turn_commit_1", Next<CommitAudio>().EventId?.Value);
        Hear(Given.Speech, 6);
        Press();
        Hear(Given.Silence, 6);
        ExpectSound(12);
        Assert.Equal("turn_commit_2", Next<CommitAudio>().EventId?.Value);
    }

    [Fact]
    public void Sound_that_waits_for_the_line_goes_before_the_commit()
    {
        _connection.Send(_mic, new MicMessages.ResetCredit(1));
        Hear(Given.Speech, 6);
        ExpectSound(1);

        Press();
        Hear(Given.Silence, 6);
        Quiet(_connection);
        _connection.Send(_mic, new MicMessages.ResetCredit(20));

        ExpectSound(12); // the first frame again, on the new connection
        Next<CommitAudio>();
    }

    [Fact]
    public void An_Enter_without_a_word_is_a_notice()
    {
        Hear(Given.Silence, 10);
        Press();
        Hear(Given.Silence, 6);

        Assert.Equal((NoticeLevel.Info, "nothing_said"), Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice is var notice
            ? (notice.Level, notice.Code) : default);
        ExpectSound(16);
        Quiet(_connection);
    }

    [Fact]
    public void What_is_heard_while_it_is_muted_is_not_sent_and_is_no_turn()
    {
        _mic.Tell(MicMessages.Mute.Signal);
        Hear(Given.Speech, 10);
        Press();
        Hear(Given.Speech, 6);

        Assert.Equal("nothing_said", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);
        Quiet(_connection);
    }

    [Fact]
    public void A_terminal_that_is_closed_ends_the_input()
    {
        _key.Close();
        NextSound();
        NextSound();
        _connection.Send(_mic, new MicMessages.AddCredit(2));

        Parent.ExpectMsg<SessionMessages.InputEnded>();
        Assert.True(_device.IsStopped);
    }

    private void Press()
    {
        _key.Press();
        Pass(_mic, _mic);
    }

    private void Hear(byte[] frame, int times)
    {
        for (var i = 0; i < times; i++) _device.Hear(frame);
        Pass(_mic);
    }

    private T Next<T>() where T : ClientEvent => Assert.IsType<T>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);

    private void NextSound() => Next<AppendAudio>();

    private void ExpectSound(int frames)
    {
        for (var i = 0; i < frames; i++) NextSound();
    }

    private sealed class ScriptedKey : IPushToTalkKey
    {
        private readonly Calls<TaskCompletionSource<bool>> _waiting = new("wait for the key");

        public Task<bool> PressedAsync()
        {
            var promise = new TaskCompletionSource<bool>();
            _waiting.Add(promise);
            return promise.Task;
        }

        public void Press() => _waiting.Next().Keep(true);

        public void Close() => _waiting.Next().Keep(false);
    }
}
