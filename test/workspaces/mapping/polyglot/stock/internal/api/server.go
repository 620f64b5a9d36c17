package api

import (
	"context"

	"example.com/shop/stock/pb"
	"google.golang.org/grpc"
)

type server struct {
	pb.UnimplementedStockServer
}

func Register(s *grpc.Server) {
	pb.RegisterStockServer(s, &server{})
}

func (s *server) Reserve(ctx context.Context, req *pb.ReserveRequest) (*pb.ReserveReply, error) {
	return &pb.ReserveReply{}, nil
}
