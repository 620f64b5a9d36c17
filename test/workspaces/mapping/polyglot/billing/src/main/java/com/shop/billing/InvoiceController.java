package com.shop.billing;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/invoices")
public class InvoiceController extends BaseController {
  @GetMapping("/{id}")
  public String show(String id) {
    return load(id);
  }

  @GetMapping("/health")
  public String health() {
    return "ok";
  }
}
