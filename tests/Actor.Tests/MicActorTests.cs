using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests;

public sealed class MicActorTests : ActorSpec
{
    private readonly ScriptedSource _source = new();
    private readonly TestProbe _socket, _turns, _playback, _connection;

    public MicActorTests()
    {
        _socket = CreateTestProbe("socket");
        _turns = CreateTestProbe("turns");
        _playback = CreateTestProbe("playback");
        _connection = CreateTestProbe("connection");
    }

    [Fact]
    public void It_asks_the_socket_to_open_and_introduces_itself_to_the_playback()
    {
        var mic = Play(MicActor.Props(Given.Mic, Given.Ports(_source, Time), _socket, _turns, _playback));

        _socket.ExpectMsg<SocketMessages.Open>();
        Assert.Equal(mic, _socket.Sender);
        _playback.ExpectMsg<PlaybackMessages.Attach>();
        Assert.Equal(mic, _playback.Sender);
    }

    [Fact]
    public void Nothing_is_read_before_there_is_a_connection()
    {
        _source.Give(Given.Sound(1));
        var mic = Mic();

        mic.Tell(MicMessages.Unmute.Signal);
        Pass(mic);

        Assert.Equal(0, _source.Reads);
    }

    [Fact]
    public void A_file_that_the_caller_mutes_waits_and_the_key_for_the_next_device_says_that_there_is_none()
    {
        _source.Give(Given.Sound(1), Given.Sound(2));
        var mic = Mic();
        mic.Tell(new MicMessages.Control(MicControl.ToggleMute));
        Credit(mic, 4);
        Settle(mic);
        Assert.Equal(0, _source.Reads);

        mic.Tell(new MicMessages.Control(MicControl.NextDevice));
        Assert.Equal("no_device", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);
        mic.Tell(new MicMessages.Control(MicControl.ToggleMute));
        ExpectSound(1);
        ExpectSound(2);
    }

    [Fact]
    public void No_frame_leaves_without_credit()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3), Given.Sound(4));
        var mic = Mic();

        Credit(mic, 2);
        ExpectSound(1);
        ExpectSound(2);
        Settle(mic);

        Quiet(_connection);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public void Credit_comes_back_frame_by_frame()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3), Given.Sound(4));
        var mic = Mic();
        Credit(mic, 1);
        ExpectSound(1);
        Settle(mic);

        foreach (byte frame in new byte[] { 2, 3, 4 })
        {
            Quiet(_connection);
            _connection.Send(mic, new MicMessages.AddCredit(1));
            ExpectSound(frame);
            Settle(mic);
        }
    }

    [Fact]
    public void A_new_connection_brings_its_own_credit_and_gets_the_sound()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3));
        var mic = Mic();
        Credit(mic, 2);
        ExpectSound(1);
        ExpectSound(2);
        mic.Tell(new MicMessages.Release(20, Quiet: false));
        mic.Tell(new MicMessages.Suspend());

        var next = CreateTestProbe("next");
        next.Send(mic, new MicMessages.ResetCredit(2));

        // The first frame belongs to a joined turn; the following ones are sent again.
        foreach (byte mark in new byte[] { 2, 3 })
            Assert.Equal(Given.Sound(mark), Assert.IsType<AppendAudio>(next.ExpectMsg<ConnectionMessages.Send>().Event).Audio.ToArray());
        _turns.ExpectMsg(new TurnMessages.AudioOffset(0));
        _turns.ExpectMsg(new TurnMessages.AudioOffset(20));
        Quiet(_connection);
    }

    [Fact]
    public void A_connection_that_was_left_gives_no_credit()
    {
        _source.Give(Given.Sound(1), Given.Sound(2));
        var mic = Mic();
        Credit(mic, 1);
        ExpectSound(1);

        CreateTestProbe("left").Send(mic, new MicMessages.AddCredit(1));
        Settle(mic);
        Quiet(_connection);
        _connection.Send(mic, new MicMessages.AddCredit(1));
        ExpectSound(2);
    }

    [Fact]
    public void Without_a_connection_a_patient_source_waits()
    {
        var mic = Mic();
        Credit(mic, 4);
        Settle(mic);
        mic.Tell(new MicMessages.Suspend());
        _source.Give(Given.Sound(1), Given.Sound(2));
        Settle(mic);

        Quiet(_connection);
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public void What_is_sent_again_is_counted_once()
    {
        _source.Give(Given.Sound(1), Given.Sound(2));
        var mic = Mic();
        Credit(mic, 2);
        ExpectSound(1);
        ExpectSound(2);

        Credit(mic, 2);
        ExpectSound(1);
        ExpectSound(2);

        Parent.Send(mic, new MicMessages.GetReport());
        Assert.Equal(2 * Given.Sound(1).Length, Parent.ExpectMsg<MicMessages.Report>().SentBytes);
    }

    [Fact]
    public void A_manual_commit_is_told_to_the_turns_and_goes_again_with_its_sound()
    {
        for (var i = 0; i < 6; i++) _source.Give(Given.Speech);
        _source.Give(Given.Silence, Given.Silence);
        var mic = Mic(Given.Mic with { ManualSilence = TimeSpan.FromMilliseconds(40) });

        for (var connection = 0; connection < 2; connection++)
        {
            Credit(mic, 20);
            _turns.ExpectMsg(new TurnMessages.AudioOffset(0));
            for (var i = 0; i < 6; i++) ExpectSound(0x40);
            ExpectSound(0);
            ExpectSound(0);
            Assert.IsType<CommitAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
            _turns.ExpectMsg(new TurnMessages.ManualCommit(160));
        }
    }

    [Fact]
    [Trait("Cookbook", "20")]
    public void Sound_that_is_sent_again_after_the_end_ends_again()
    {
        _source.Give(Given.Speech);
        _source.End();
        var mic = Mic();
        Credit(mic, 4);
        foreach (byte mark in new byte[] { 0x40, 0, 0 }) ExpectSound(mark);
        _connection.ExpectMsg<ConnectionMessages.ReturnCredit>();
        _connection.Send(mic, new MicMessages.AddCredit(3));
        Parent.ExpectMsg<SessionMessages.InputEnded>();

        mic.Tell(new MicMessages.Suspend());
        Credit(mic, 4);
        foreach (byte mark in new byte[] { 0x40, 0, 0 }) ExpectSound(mark);
        _connection.ExpectMsg<ConnectionMessages.ReturnCredit>();
        Pass(mic);
        Quiet(Parent);
        _connection.Send(mic, new MicMessages.AddCredit(3));
        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void Mute_holds_a_patient_source_and_loses_nothing()
    {
        var mic = Mic();
        Credit(mic, 10);
        Settle(mic);
        _source.Give(Given.Sound(1));
        ExpectSound(1);

        mic.Tell(MicMessages.Mute.Signal);
        Settle(mic);
        _source.Give(Given.Sound(2), Given.Sound(3));
        Settle(mic);
        Quiet(_connection);

        mic.Tell(MicMessages.Unmute.Signal);
        ExpectSound(2);
        ExpectSound(3);
    }

    [Fact]
    public void While_muted_nothing_is_read()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3));
        var mic = Mic();
        mic.Tell(MicMessages.Mute.Signal);

        Credit(mic, 10);
        Settle(mic);

        Assert.Equal(0, _source.Reads);
    }

    [Fact]
    public void It_reports_what_was_sent_and_how_long_it_was_muted()
    {
        var mic = Mic();
        Credit(mic, 10);
        Settle(mic);
        _source.Give(Given.Sound(1));
        ExpectSound(1);

        mic.Tell(MicMessages.Mute.Signal);
        Pass(mic);
        Time.AdvanceMs(300);
        mic.Tell(MicMessages.Unmute.Signal);
        Pass(mic);
        Time.AdvanceMs(500);
        Parent.Send(mic, new MicMessages.GetReport());

        Parent.ExpectMsg(new MicMessages.Report(Given.Sound(1).Length, TimeSpan.FromMilliseconds(300), 0));
    }

    [Fact]
    public void At_real_time_pace_a_frame_leaves_when_the_one_before_would_have_been_spoken()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3));
        var mic = Mic(Given.Mic with { Realtime = true });
        Credit(mic, 10);
        ExpectSound(1);
        Settle(mic);

        Time.AdvanceMs(19);
        Settle(mic);
        Quiet(_connection);
        Time.AdvanceMs(1);
        ExpectSound(2);
        Settle(mic);
        Quiet(_connection);
        Time.AdvanceMs(20);
        ExpectSound(3);
    }

    [Fact]
    public void At_real_time_pace_a_short_delay_is_made_good()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3), Given.Sound(4));
        var mic = Mic(Given.Mic with { Realtime = true });
        Credit(mic, 1);
        ExpectSound(1);
        Settle(mic);

        Time.AdvanceMs(60);
        _connection.Send(mic, new MicMessages.AddCredit(1));
        ExpectSound(2);
        _connection.Send(mic, new MicMessages.AddCredit(1));
        ExpectSound(3);
        _connection.Send(mic, new MicMessages.AddCredit(1));
        ExpectSound(4);
    }

    [Fact]
    public void At_real_time_pace_sound_held_by_the_mute_does_not_come_in_a_burst()
    {
        _source.Give(Given.Sound(1), Given.Sound(2), Given.Sound(3));
        var mic = Mic(Given.Mic with { Realtime = true });
        Credit(mic, 10);
        ExpectSound(1);
        mic.Tell(MicMessages.Mute.Signal);
        Settle(mic);

        Time.AdvanceMs(5000);
        mic.Tell(MicMessages.Unmute.Signal);
        ExpectSound(2);
        Settle(mic);
        Quiet(_connection);
        Time.AdvanceMs(20);
        ExpectSound(3);
    }

    [Fact]
    public void At_the_end_silence_follows_and_only_with_all_credit_back_the_input_has_ended()
    {
        _source.Give(Given.Sound(1));
        _source.End();
        var mic = Mic();
        Credit(mic, 4);
        ExpectSound(1);
        ExpectSound(0);
        ExpectSound(0);
        _connection.ExpectMsg<ConnectionMessages.ReturnCredit>();

        _connection.Send(mic, new MicMessages.AddCredit(1));
        _connection.Send(mic, new MicMessages.AddCredit(1));
        Pass(mic);
        Quiet(_connection, Parent);
        _connection.Send(mic, new MicMessages.AddCredit(1));

        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void The_closing_silence_needs_credit_too()
    {
        _source.End();
        var mic = Mic();
        Credit(mic, 1);
        ExpectSound(0);
        Settle(mic);
        Quiet(_connection, Parent);

        _connection.Send(mic, new MicMessages.AddCredit(1));
        ExpectSound(0);
        _connection.Send(mic, new MicMessages.AddCredit(1));
        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void The_last_sound_waits_for_the_mute_but_the_closing_silence_does_not()
    {
        _source.Give(Given.Sound(1));
        _source.End();
        var mic = Mic();
        mic.Tell(MicMessages.Mute.Signal);
        Credit(mic, 4);
        Settle(mic);
        Quiet(_connection);

        mic.Tell(MicMessages.Unmute.Signal);
        mic.Tell(MicMessages.Mute.Signal);

        ExpectSound(1);
        ExpectSound(0);
        ExpectSound(0);
    }

    [Fact]
    public void The_end_is_told_once()
    {
        _source.End();
        var mic = Mic();
        Credit(mic, 4);
        ExpectSound(0);
        ExpectSound(0);
        _connection.ExpectMsg<ConnectionMessages.ReturnCredit>();
        _connection.Send(mic, new MicMessages.AddCredit(2));
        Parent.ExpectMsg<SessionMessages.InputEnded>();

        _connection.Send(mic, new MicMessages.AddCredit(1));
        mic.Tell(new MicMessages.Stop());
        Pass(mic);

        Quiet(_connection, Parent);
    }

    [Fact]
    public void A_short_last_frame_is_sent_as_it_is()
    {
        var half = Given.Sound(1)[..480];
        _source.Give(half);
        var mic = Mic();

        Credit(mic, 4);

        Assert.Equal(half, NextSound());
    }

    [Fact]
    public void A_stop_while_a_read_is_pending_still_ends_and_what_is_read_later_is_not_sent()
    {
        var mic = Mic();
        Credit(mic, 4);
        Settle(mic);
        Assert.True(_source.IsRead);

        mic.Tell(new MicMessages.Stop());
        ExpectSound(0);
        ExpectSound(0);
        _connection.ExpectMsg<ConnectionMessages.ReturnCredit>();
        _connection.Send(mic, new MicMessages.AddCredit(2));
        Parent.ExpectMsg<SessionMessages.InputEnded>();

        _source.Give(Given.Sound(1));
        Pass(mic);
        Quiet(_connection, Parent);
    }

    [Fact]
    public void A_stop_before_there_is_a_connection_ends_with_the_silence_once_there_is_one()
    {
        _source.Give(Given.Sound(1));
        var mic = Mic();
        mic.Tell(new MicMessages.Stop());

        Credit(mic, 4);
        ExpectSound(0);
        ExpectSound(0);
        _connection.Send(mic, new MicMessages.AddCredit(2));

        Parent.ExpectMsg<SessionMessages.InputEnded>();
        Assert.Equal(0, _source.Reads);
    }

    [Fact]
    public void A_failing_source_is_reported_and_then_ends_like_any_other()
    {
        var mic = Mic();
        Credit(mic, 4);
        Settle(mic);

        _source.Fail("The device is gone.");

        Parent.ExpectMsg(new SessionMessages.InputFailed("The device is gone."));
        ExpectSound(0);
        ExpectSound(0);
        _connection.Send(mic, new MicMessages.AddCredit(2));
        Parent.ExpectMsg<SessionMessages.InputEnded>();
    }

    [Fact]
    public void Where_the_server_detects_no_turns_a_pause_after_speech_is_committed_behind_its_sound()
    {
        for (var i = 0; i < 6; i++) _source.Give(Given.Speech);
        _source.Give(Given.Silence, Given.Silence, Given.Silence);
        var mic = Mic(Given.Mic with { ManualSilence = TimeSpan.FromMilliseconds(40) });

        Credit(mic, 20);

        for (var i = 0; i < 6; i++) ExpectSound(0x40);
        ExpectSound(0);
        ExpectSound(0);
        var commit = Assert.IsType<CommitAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
        Assert.StartsWith("turn_", commit.EventId?.Value, StringComparison.Ordinal);
        ExpectSound(0);
        Settle(mic);
        Quiet(_connection);
    }

    [Fact]
    public void A_source_that_knows_where_a_turn_ends_has_it_committed_there()
    {
        _source.Give(Given.Speech);
        _source.GiveEndOfTurn(Given.Speech);
        _source.Give(Given.Speech);
        var mic = Mic();

        Credit(mic, 20);

        ExpectSound(0x40);
        ExpectSound(0x40);
        Assert.IsType<CommitAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
        ExpectSound(0x40);
        Settle(mic);
        Quiet(_connection);
    }

    [Fact]
    public void Where_the_server_detects_no_turns_the_closing_silence_commits_the_last_one()
    {
        for (var i = 0; i < 6; i++) _source.Give(Given.Speech);
        _source.End();
        var mic = Mic(Given.Mic with { ManualSilence = TimeSpan.FromMilliseconds(40) });

        Credit(mic, 20);

        for (var i = 0; i < 6; i++) ExpectSound(0x40);
        ExpectSound(0);
        ExpectSound(0);
        Assert.IsType<CommitAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
    }

    [Fact]
    public void When_it_stops_it_lets_go_of_the_read()
    {
        var mic = Mic();
        Credit(mic, 4);
        Settle(mic);

        Parent.Watch(mic);
        Sys.Stop(mic);
        Parent.ExpectTerminated(mic);

        Assert.False(_source.IsRead);
    }

    private IActorRef Mic(MicSettings? settings = null)
    {
        var mic = Play(MicActor.Props(settings ?? Given.Mic, Given.Ports(_source, Time), _socket, _turns, _playback));
        _socket.ExpectMsg<SocketMessages.Open>();
        return mic;
    }

    private void Credit(IActorRef mic, int frames) => _connection.Send(mic, new MicMessages.ResetCredit(frames));

    // A frame and the next read take two rounds through the mailbox.
    private void Settle(IActorRef mic) => Pass(mic, mic, mic);

    private byte[] NextSound() => Assert.IsType<AppendAudio>(_connection.ExpectMsg<ConnectionMessages.Send>().Event).Audio.ToArray();

    private void ExpectSound(byte mark) => Assert.Equal(Given.Sound(mark), NextSound());
}
