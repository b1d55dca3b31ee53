using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests;

/// <summary>The microphone station with a live source.</summary>
public sealed class LiveMicActorTests : ActorSpec
{
    private readonly ScriptedMicrophone _device = new();
    private readonly SeenDisplay _display = new();
    private readonly TestProbe _socket, _turns, _playback, _connection;

    public LiveMicActorTests()
    {
        _socket = CreateTestProbe("socket");
        _turns = CreateTestProbe("turns");
        _playback = CreateTestProbe("playback");
        _connection = CreateTestProbe("connection");
    }

    [Fact]
    public void It_listens_once_there_is_a_connection_and_sends_what_it_hears()
    {
        var mic = Mic();
        Pass(mic);
        Assert.False(_device.IsListening);

        Credit(mic, 4);
        _device.Hear(Given.Sound(1), Given.Sound(2));

        ExpectSound(1);
        ExpectSound(2);
    }

    [Fact]
    public void Without_credit_sound_waits_in_the_ring_and_beyond_it_the_oldest_is_lost_and_counted()
    {
        var mic = Mic();
        Credit(mic, 1);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);

        _device.Hear([.. Enumerable.Range(2, 5).Select(mark => Given.Sound((byte)mark))]); // 2 to 6; the ring holds three
        Pass(mic);
        Quiet(_connection);
        for (byte mark = 4; mark <= 6; mark++)
        {
            _connection.Send(mic, new MicMessages.AddCredit(1));
            ExpectSound(mark);
        }

        _connection.Send(mic, new MicMessages.GetReport());
        Assert.Equal(2 * Given.Sound(1).Length, _connection.ExpectMsg<MicMessages.Report>().DroppedBytes);
    }

    [Fact]
    public void Without_a_connection_what_is_said_is_kept_for_the_next()
    {
        var mic = Mic();
        Credit(mic, 1);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);
        mic.Tell(new MicMessages.Release(20, Quiet: false));
        mic.Tell(new MicMessages.Suspend());
        for (byte mark = 2; mark <= 9; mark++)
        {
            _device.Hear(Given.Sound(mark)); // the ring holds three
            Pass(mic);
        }
        Quiet(_connection);

        Credit(mic, 8);
        for (byte mark = 2; mark <= 9; mark++) ExpectSound(mark);
    }

    [Fact]
    public void What_does_not_fit_into_the_replay_either_is_lost_and_counted()
    {
        var mic = Mic(Given.Mic with { Replay = 4 * Given.Frame });
        Credit(mic, 1);
        Pass(mic);
        mic.Tell(new MicMessages.Suspend());
        for (byte mark = 1; mark <= 6; mark++)
        {
            _device.Hear(Given.Sound(mark));
            Pass(mic);
        }

        Credit(mic, 8);
        for (byte mark = 3; mark <= 6; mark++) ExpectSound(mark);
        _turns.ExpectMsg(new TurnMessages.AudioOffset(0));
        _turns.ExpectMsg(new TurnMessages.AudioOffset(40));
        _connection.Send(mic, new MicMessages.GetReport());
        Assert.Equal(2 * Given.Sound(1).Length, _connection.ExpectMsg<MicMessages.Report>().DroppedBytes);
    }

    [Fact]
    [Trait("Cookbook", "18")]
    public void While_muted_silence_goes_out_so_that_the_servers_clock_stays_true()
    {
        var mic = Mic();
        Credit(mic, 4);
        mic.Tell(MicMessages.Mute.Signal);
        Pass(mic);
        _device.Hear(Given.Sound(1));
        Assert.Equal(new byte[Given.Sound(1).Length], NextSound());

        mic.Tell(MicMessages.Unmute.Signal);
        Pass(mic);
        _device.Hear(Given.Sound(2));
        ExpectSound(2);
    }

    [Fact]
    public void Stop_stops_the_device_sends_what_was_heard_and_then_the_closing_silence()
    {
        var mic = Mic();
        Credit(mic, 4);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);
        mic.Tell(new MicMessages.Stop());

        Assert.Equal(new byte[Given.Sound(1).Length], NextSound());
        Assert.Equal(new byte[Given.Sound(1).Length], NextSound());
        Assert.True(_device.IsStopped);
        _connection.Send(mic, new MicMessages.AddCredit(3));
        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void A_device_that_fails_says_why_and_ends_the_input()
    {
        var mic = Mic();
        Credit(mic, 4);
        Pass(mic);
        _device.Fail("unplugged");

        Assert.Equal("unplugged", Parent.ExpectMsg<SessionMessages.InputFailed>().Reason);
        NextSound();
        NextSound();
        _connection.Send(mic, new MicMessages.AddCredit(2));
        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void A_device_that_ends_by_itself_is_a_failure()
    {
        var mic = Mic();
        Credit(mic, 4);
        Pass(mic);
        _device.Vanish();

        Assert.Contains("ended by itself", Parent.ExpectMsg<SessionMessages.InputFailed>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_goes_away_is_opened_again_and_silence_keeps_the_servers_clock_meanwhile()
    {
        var mic = Mic();
        Credit(mic, 20);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);
        _device.Fail("unplugged");

        var lost = Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice;
        Assert.Equal((NoticeLevel.Warning, "microphone_lost"), (lost.Level, lost.Code));
        Assert.EndsWith(" unplugged", lost.Message, StringComparison.Ordinal);
        PassDevice(mic);
        for (var frames = 0; frames < 5; frames++) AdvanceSilence(mic);
        Assert.Equal(1, _device.Openings);

        Time.AdvanceMs(400); // 500 ms after the loss
        PassDevice(mic);
        Assert.Equal(2, _device.Openings);
        for (var frames = 0; frames < 6; frames++) NextSound(); // the part of those 400 ms that fits into the ring
        _device.Hear(Given.Sound(2));
        Assert.Equal("microphone_back", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);
        ExpectSound(2);
        Time.AdvanceMs(200);
        Pass(mic);
        Quiet(_connection);
    }

    [Fact]
    public void A_device_that_does_not_come_back_is_given_up_and_the_input_ends_in_good_order()
    {
        var mic = Mic();
        Credit(mic, 20);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);
        _device.Fail("unplugged");
        Parent.ExpectMsg<SessionMessages.NoticeRaised>();
        _device.Refuse("nothing there");
        PassDevice(mic); // now the device waits for the next attempt

        foreach (var wait in (int[])[500, 1000, 1500]) // 3 s in all
        {
            Time.AdvanceMs(wait);
            PassDevice(mic);
            PassDevice(mic);
        }

        Assert.Equal(4, _device.Openings);
        Assert.Equal("The microphone did not come back: nothing there", Parent.ExpectMsg<SessionMessages.InputFailed>().Reason);
    }

    [Fact]
    public void A_device_that_is_stopped_is_not_opened_again()
    {
        var mic = Mic();
        Credit(mic, 4);
        _device.Hear(Given.Sound(1));
        mic.Tell(new MicMessages.Stop());
        Pass(mic);
        _device.Vanish();
        Time.AdvanceMs(1000);
        Pass(mic);

        Assert.Equal(1, _device.Openings);
        Quiet(Parent);
    }

    [Fact]
    public void The_caller_can_mute_the_microphone_and_the_assistants_end_does_not_unmute_it()
    {
        var mic = Mic();
        Credit(mic, 8);
        mic.Tell(new MicMessages.Control(MicControl.ToggleMute));
        mic.Tell(MicMessages.Mute.Signal);
        mic.Tell(MicMessages.Unmute.Signal);
        Pass(mic);
        _device.Hear(Given.Sound(1));
        Assert.Equal(Given.Silence, NextSound());

        mic.Tell(new MicMessages.Control(MicControl.ToggleMute));
        Pass(mic);
        _device.Hear(Given.Sound(2));
        ExpectSound(2);
        Assert.Equal(
            [MuteReasons.Caller, MuteReasons.Caller | MuteReasons.Assistant, MuteReasons.Caller, MuteReasons.None], _display.Mutes);
        Assert.Equal([0, Pcm.Rms(Given.Sound(2))], _display.Levels);
    }

    [Fact]
    public void The_next_device_is_opened_and_the_end_of_the_one_before_changes_nothing()
    {
        var mic = Mic();
        Credit(mic, 20);
        _device.Hear(Given.Sound(1));
        ExpectSound(1);

        mic.Tell(new MicMessages.Control(MicControl.NextDevice));
        PassDevice(mic);
        Assert.Equal(2, _device.Openings);
        AdvanceSilence(mic);
        _device.Hear(Given.Sound(2));
        ExpectSound(2);

        var notice = Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice;
        Assert.Equal(("microphone_changed", "The microphone is now device 2."), (notice.Code, notice.Message));
        Assert.Equal("device 2", _display.Device);
        Time.AdvanceMs(1000);
        PassDevice(mic);
        Assert.Equal(2, _device.Openings);
        Quiet(Parent);
    }

    [Fact]
    public void A_device_that_has_not_worked_yet_is_not_replaced()
    {
        var mic = Mic();
        mic.Tell(new MicMessages.Control(MicControl.NextDevice));
        Credit(mic, 4);
        mic.Tell(new MicMessages.Control(MicControl.NextDevice));
        Pass(mic);

        Assert.Equal(1, _device.Openings);
    }

    // Handles the messages that the station and its device actor send to each other.
    private void PassDevice(IActorRef mic)
    {
        Pass(mic);
        Pass($"{mic.Path}/device");
        Pass(mic);
    }

    private void AdvanceSilence(IActorRef mic)
    {
        Time.AdvanceMs(20);
        Pass(mic);
        Assert.Equal(Given.Silence, NextSound());
    }

    private IActorRef Mic(MicSettings? settings = null)
    {
        var mic = Play(MicActor.Props(settings ?? Given.Mic, Given.Ports(_device, Time) with { Display = _display }, _socket, _turns, _playback));
        _socket.ExpectMsg<SocketMessages.Open>();
        return mic;
    }

    private void Credit(IActorRef mic, int frames)
    {
        _connection.Send(mic, new MicMessages.ResetCredit(frames));
        Pass(mic);
    }

    private byte[] NextSound() => Assert.IsType<AppendAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event).Audio.ToArray();

    private void ExpectSound(byte mark) => Assert.Equal(Given.Sound(mark), NextSound());
}
